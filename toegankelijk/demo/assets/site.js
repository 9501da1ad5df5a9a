// The example site's own script: the cookie bar, and parts of a page that arrive after it has loaded.
(() => {
  const bar = document.getElementById('cookies');
  if (!document.cookie.includes('cookiekeuze=')) bar.hidden = false;
  bar.addEventListener('click', (event) => {
    const choice = event.target.dataset.cookies;
    if (!choice) return;
    document.cookie = `cookiekeuze=${choice}; path=/; max-age=31536000; samesite=lax`;
    bar.hidden = true;
  });
  for (const place of document.querySelectorAll('[data-fetch]')) {
    setTimeout(async () => {
      const answer = await fetch(place.dataset.fetch);
      place.innerHTML = await answer.text();
    }, 150);
  }
})();
