from . import test_connect, test_fetch, test_hold, test_identity, test_matching, test_nextgenpsd2
