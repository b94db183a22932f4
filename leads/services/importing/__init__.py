"""Bringing leads in from a CSV file: `check_file`, then `import_leads`."""

from leads.services.importing.run import CheckedFile, ImportRefused, ImportResult, check_file, import_leads

__all__ = ["CheckedFile", "ImportRefused", "ImportResult", "check_file", "import_leads"]
