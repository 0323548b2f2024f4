"use strict";
// Runs before the page is painted, so that it does not flash in the other theme.
document.documentElement.classList.add("js");
try {
  const theme = localStorage.getItem("sweep-theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch { /* a browser may keep no storage for files: then the system's theme holds */ }
