// Without a connection: the files of the pages, and one page that says so. Never a page with answers, a receipt, or staff's.
// The server writes the list FILES above this line.
const CACHE = "minyi";
const OFFLINE = "/offline";

addEventListener("install", (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll([OFFLINE, ...FILES])));
  skipWaiting();
});

addEventListener("activate", (event) => {
  event.waitUntil(tidy().then(() => clients.claim()));
});

// Files of earlier releases go.
async function tidy() {
  const cache = await caches.open(CACHE);
  for (const request of await cache.keys()) {
    const { pathname } = new URL(request.url);
    if (pathname !== OFFLINE && !FILES.includes(pathname)) await cache.delete(request);
  }
}

addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (origin !== location.origin) return;
  if (request.mode === "navigate") {
    event.respondWith(fetch(request).catch(() => caches.match(OFFLINE)));
  } else if (request.method === "GET" && FILES.includes(pathname)) {
    event.respondWith(caches.match(request).then((found) => found || fetch(request)));
  }
});
