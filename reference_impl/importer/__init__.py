"""The importing side: fetches and receives certificates, judges and keeps them, and answers."""
