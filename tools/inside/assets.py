"""Make the bundles of styles and scripts that the browser tests load, once for all copies of a database.

python assets.py odoo.conf DB"""

from inside import environment

with environment() as env:
    env['ir.qweb']._pregenerate_assets_bundles()
