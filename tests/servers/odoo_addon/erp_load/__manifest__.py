{
    "name": "Load on demand",
    "summary": "Methods that keep a worker busy, fail or hit a limit, for tests of what is seen from outside.",
    "version": "14.0.1.0.0",
    "license": "AGPL-3",
    "depends": ["web", "bus"],
    "data": ["security/ir.model.access.csv", "data/load.xml"],
}
