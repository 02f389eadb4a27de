// Decides the theme before the first paint. Kept tiny and free of imports because it blocks; state/theme.ts owns the choice afterwards.
(function () {
  var choice = 'system';
  try {
    choice = window.localStorage.getItem('open-swarm.theme') || 'system';
  } catch {
    // Storage may be denied; the system's theme is a good answer then.
  }
  var dark = choice === 'dark' || (choice !== 'light' && window.matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.classList.add(dark ? 'dark' : 'light');
})();
