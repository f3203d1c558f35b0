"""Real servers, our daemon and faults, on loopback: for the tests, the bench and packaging/quickstart."""
