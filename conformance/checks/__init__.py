"""Pure verifiers: each looks at a document or an exchange and returns findings."""
