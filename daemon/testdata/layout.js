// What is wrong with how this page looks, a line for each; "" when nothing is.
(() => {
  const wrong = new Set();
  const name = e => `${e.tagName.toLowerCase()} "${(e.textContent || e.name || "").trim().slice(0, 40)}"`;

  // 1.4.10: nothing to scroll sideways for.
  const over = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  if (over > 0) wrong.add(`${over} pixels wider than the screen`);

  // 1.4.3: the contrast of every text with what is behind it.
  const colour = text => {
    const [r, g, b, a = 1] = text.match(/[\d.]+/g).map(Number);
    return {r, g, b, a};
  };
  const light = ({r, g, b}) => {
    const part = v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
    return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
  };
  const behind = e => {
    for (; e; e = e.parentElement) {
      const c = colour(getComputedStyle(e).backgroundColor);
      if (c.a === 1) return c;
      if (c.a > 0) wrong.add(`${name(e)} lets through what is behind it`);
    }
    wrong.add("the page has no colour of its own");
    return {r: 255, g: 255, b: 255};
  };
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const e = texts.currentNode.parentElement;
    if (!texts.currentNode.textContent.trim() || !e.checkVisibility() || e.closest("svg, script")) continue;
    const style = getComputedStyle(e), size = parseFloat(style.fontSize);
    const a = light(colour(style.color)), b = light(behind(e));
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    const large = size >= 24 || size >= 18.66 && style.fontWeight >= 700;
    if (ratio < (large ? 3 : 4.5)) wrong.add(`${name(e)} has a contrast of ${ratio.toFixed(2)}`);

    // Short words stay whole; names of hosts, which may be longer than a phone is wide,
    // do not have to.
    if (e.closest("bdi, code")) continue;
    for (const word of texts.currentNode.textContent.matchAll(/(?<![\w.-])([A-Za-z]{2,14}|使用中|未確認|確認待ち|誤検知|危険|注意)(?![\w.-])/g)) {
      const range = document.createRange();
      range.setStart(texts.currentNode, word.index);
      range.setEnd(texts.currentNode, word.index + word[0].length);
      const lines = new Set([...range.getClientRects()].map(r => Math.round(r.top)));
      if (lines.size > 1 && (e.closest("table") || /[A-Za-z]/.test(word[0]))) wrong.add(`"${word[0]}" in ${name(e)} is broken inside`);
    }
  }

  // 2.5.8: what is pressed is 24 pixels high, but for links within a sentence; a label
  // is pressed for its field. 1.3.1, 3.3.2: fields have labels.
  for (const e of document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")) {
    if (!e.checkVisibility() || e.closest("svg") || e.matches(".skip")) continue;
    const labels = [...(e.labels || [])];
    const sentence = e.matches("a") && e.parentElement.matches("p") && e.parentElement.children.length > 1;
    const height = Math.max(...[e, ...labels].map(x => x.getBoundingClientRect().height));
    if (height < 24 && !sentence) wrong.add(`${name(e)} is ${height.toFixed(1)} pixels high`);
    if (e.matches("input, select, textarea") && !labels.length && !e.ariaLabel) wrong.add(`${name(e)} has no label`);
    if (e.matches("a, button, summary") && !e.textContent.trim() && !e.ariaLabel) wrong.add(`${e.outerHTML.slice(0, 80)} has no name`);
  }

  // 1.3.1: one heading on top and none left out below; one main part.
  let level = 0;
  for (const e of document.querySelectorAll("h1, h2, h3, h4")) {
    if (Number(e.tagName[1]) > level + 1) wrong.add(`${name(e)} leaves a level out`);
    level = Number(e.tagName[1]);
  }
  for (const part of ["h1", "main", "header"]) {
    const n = document.querySelectorAll(part).length;
    if (n !== 1) wrong.add(`there are ${n} of ${part}`);
  }
  return [...wrong].join("\n");
})()
