// Walks one interview in Chromium and lets Lighthouse judge every page on the way: node run.mjs CHROMIUM ADDRESS ENTRY.
// Prints one JSON line a page. Each page is judged twice: as a phone on a simulated fourth-generation network (the three
// marks), and with the network really slowed to the third generation (when the largest part of the page is painted).

import { launch } from "puppeteer-core";
import { navigation, snapshot } from "lighthouse";

const [, , chromium, address, entry] = process.argv;
const PAGES_OF_QUESTIONS = 3;
const JUDGED = ["performance", "accessibility", "best-practices"];
const kept = { disableStorageReset: true, onlyCategories: JUDGED, logLevel: "error" };
const SLOW_3G = { rttMs: 400, throughputKbps: 400, requestLatencyMs: 400, downloadThroughputKbps: 400, uploadThroughputKbps: 400, cpuSlowdownMultiplier: 1 };

const browser = await launch({
  executablePath: chromium,
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
});
const page = await browser.newPage();
await page.setViewport({ width: 360, height: 640, isMobile: true, hasTouch: true, deviceScaleFactor: 2 });

const tell = (found) => process.stdout.write(`${JSON.stringify(found)}\n`);
const mark = (lhr, name) => lhr.categories[name]?.score ?? null;

function failed(lhr) {
  const shown = (audit) => audit && audit.score !== null && audit.score < 1 && audit.scoreDisplayMode !== "informative";
  const counted = Object.values(lhr.categories).flatMap((category) => category.auditRefs.filter((each) => each.weight > 0));
  return [...new Set(counted.map((each) => each.id))].filter((id) => shown(lhr.audits[id]));
}

async function judge(name) {
  const url = page.url();
  const quick = (await navigation(page, url, { flags: kept })).lhr;
  const slow = (
    await navigation(page, url, {
      flags: { ...kept, onlyCategories: ["performance"], throttlingMethod: "devtools", throttling: SLOW_3G },
    })
  ).lhr;
  const requests = quick.audits["network-requests"].details.items.filter((each) => each.url.startsWith("http"));
  tell({
    name,
    performance: mark(quick, "performance"),
    accessibility: mark(quick, "accessibility"),
    practices: mark(quick, "best-practices"),
    slowPaint: Math.round(slow.audits["largest-contentful-paint"].numericValue),
    bytes: requests.reduce((sum, each) => sum + each.transferSize, 0),
    requests: requests.length,
    failed: failed(quick),
  });
}

// A page that answers a post cannot be loaded again without posting again: it is judged as it stands.
async function judgeAsItStands(name) {
  const { lhr } = await snapshot(page, { flags: { ...kept, onlyCategories: JUDGED.slice(1) } });
  tell({ name, accessibility: mark(lhr, "accessibility"), practices: mark(lhr, "best-practices"), failed: failed(lhr) });
}

async function press(selector) {
  await Promise.all([page.waitForNavigation({ waitUntil: "load" }), page.$eval(selector, (button) => button.click())]);
}

const fill = (chosen) =>
  page.evaluate((row) => {
    const form = document.querySelector("form[data-form=page]");
    for (const group of form.querySelectorAll("fieldset")) {
      if (group.querySelector("fieldset") || (row === 0 && group.querySelector("input:checked"))) continue;
      const boxes = group.querySelectorAll("label.option input");
      if (boxes.length) boxes[Math.min(row, boxes.length - 1)].checked = true;
    }
    for (const list of form.querySelectorAll("select")) if (!list.value) list.selectedIndex = Math.min(2, list.options.length - 1);
    for (const text of form.querySelectorAll("textarea, input[type=text]")) if (!text.value && text.offsetParent) text.value = text.inputMode ? "3" : "lamp";
  }, chosen);

await page.goto(`${address}/`);
await judge("home");
await page.goto(`${address}${entry}`);
await judge("welcome");
for (const box of await page.$$("form[data-form=start] input[type=checkbox]")) await box.evaluate((each) => each.click());
await press("form[data-form=start] button.button");
for (let n = 0; n < 150; n += 1) {
  if (await page.$("form[data-form=end]")) {
    await press(".actions a.second");
    await fill(1);
  } else if (!(await page.$("form[data-form=page]"))) {
    break;
  } else {
    if (n < PAGES_OF_QUESTIONS) await judge(`questions, page ${n + 1}`);
    if (n === 0) {
      await press("form[data-form=page] .actions button");
      await judgeAsItStands("questions, with errors");
    }
    await fill(0);
  }
  await press("form[data-form=page] .actions button");
}
const interview = page.url().replace(/\/review$/, "");
await judge("review");
await page.goto(`${interview}/leave`);
await judge("save and carry on later");
await page.goto(`${interview}/review`);
await press("form[data-form=submit] button");
await judge("receipt");
const code = await page.$eval("[data-receipt]", (each) => each.textContent.trim());
await page.goto(`${address}/receipt`);
await judge("check a receipt");
await page.type("#code", code);
await press("form[data-form=receipt] button");
await judgeAsItStands("receipt found");
await page.goto(`${address}/i/unknown-unknown-unknown-unknown`);
await judgeAsItStands("unknown link");
await page.goto(`${address}/continue`);
await judge("carry on with a code");
await browser.close();
