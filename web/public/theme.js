// Runs before the first paint, so a chosen theme never flashes in the other one. Kept apart from the page: the content
// security policy allows no inline script.
;(() => {
  const theme = localStorage.getItem('holdfast.theme')
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme
})()
