"""Set-up and runners behind the Makefile. Never imported by the Odoo module; standard library only."""
