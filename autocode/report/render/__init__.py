"""Small renderers: one report, written as HTML, Markdown, LaTeX, Word and CSV."""
