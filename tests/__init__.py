from . import test_identity, test_matching, test_nextgenpsd2
