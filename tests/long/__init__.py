"""Tests that take minutes: ``scripts/test --long`` runs them, nothing else does."""
