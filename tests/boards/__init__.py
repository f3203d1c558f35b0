"""What the tests of boards and rules judge by: declared metrics, all expressions, labels that come out."""
