"""What is required: one TOML file per family, the loader, the coverage table."""
