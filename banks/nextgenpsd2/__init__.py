"""NextGenPSD2: any bank of the Berlin Group's family, and the sandbox bank of this server."""

from . import client, sandbox
