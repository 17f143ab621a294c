"""The agreement report: one document, written as HTML, Markdown, Word, LaTeX and CSV.

`Evidence` says what a report is made from, `report_files` makes it, `write_folder` puts it on disk.
"""

from autocode.report.codebooks import codebook_files
from autocode.report.evidence import Evidence
from autocode.report.folder import report_files, write_folder
from autocode.report.progress import progress_files

__all__ = ["Evidence", "codebook_files", "progress_files", "report_files", "write_folder"]
