// Light or dark, as chosen on the first page; all else of a record page does without scripts.
try {
  const theme = localStorage.getItem("theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // storage may be closed to pages from file://
}
