// What the judge does inside a page, in a world of its own that the page's scripts do not see. Each function gives back
// plain data. Nothing on the page is changed for good.
(() => {
  const MOST = 400;
  // What people work with. A thing made to be one counts too; one that takes the focus only from a script does not.
  const CONTROLS = "a[href], button, input:not([type=hidden]), select, textarea, summary, audio[controls], video[controls], "
    + "[contenteditable=true], [tabindex]:not([tabindex^='-']), [role=button], [role=link], [role=checkbox], [role=switch]";
  // Inside these one control takes the focus for all, and arrow keys go on.
  const WIDGETS = "[role=tablist], [role=menu], [role=menubar], [role=listbox], [role=radiogroup], [role=toolbar], [role=grid], [role=tree]";
  const folded = (text) => (text || "").replace(/\s+/g, " ").trim();
  const shown = (one) => {
    const style = getComputedStyle(one);
    return one.getClientRects().length > 0 && style.visibility === "visible" && style.display !== "none" && Number(style.opacity) > 0;
  };
  const at = (path) => {
    try {
      return document.evaluate(path, document, null, XPathResult.FIRST_ORDERED_NODE_TYPE, null).singleNodeValue;
    } catch (error) {
      return null;
    }
  };
  const named = (one) => {
    const label = one.labels && one.labels.length ? one.labels[0].innerText : "";
    const text = one.getAttribute("aria-label") || label || one.innerText || one.getAttribute("alt") || one.getAttribute("title")
      || (one.type === "submit" ? one.value : "") || one.getAttribute("name") || "";
    return `${one.localName} "${folded(text).slice(0, 60)}"`;
  };
  const active = () => {
    let one = document.activeElement;
    while (one && one.shadowRoot && one.shadowRoot.activeElement) one = one.shadowRoot.activeElement;
    return one && one !== document.body && one !== document.documentElement ? one : null;
  };
  // What of an element a ring of focus may change; the parents too, for :focus-within.
  const dress = (one) => {
    const parts = [];
    for (let now = one, up = 0; now && now !== document.body && up < 3; now = now.parentElement, up += 1) {
      const style = getComputedStyle(now);
      const outline = style.outlineStyle === "none" || parseFloat(style.outlineWidth) === 0 ? "" : `${style.outlineStyle} ${style.outlineWidth} ${style.outlineColor}`;
      parts.push(outline, style.boxShadow, style.borderColor, style.borderWidth, style.backgroundColor, style.color, style.textDecorationLine);
    }
    return parts.join("|");
  };
  const clear = (colour) => /rgba\(.*, 0\)|transparent/.test(colour);
  const ground = (one) => {
    for (let now = one; now; now = now.parentElement) {
      const colour = getComputedStyle(now).backgroundColor;
      if (!clear(colour)) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  const legible = (one) => {
    const walker = document.createTreeWalker(one, NodeFilter.SHOW_TEXT);
    for (let text = walker.nextNode(); text; text = walker.nextNode()) {
      const parent = text.parentElement;
      if (folded(text.data) && parent && shown(parent) && getComputedStyle(parent).color !== ground(parent)) return true;
    }
    return false;
  };
  const controls = () => [...document.querySelectorAll(CONTROLS)].filter((one) => shown(one) && !one.disabled && !one.closest("[aria-hidden=true], [inert]")
    && !(one.tabIndex < 0 && one.closest(WIDGETS)));

  let known = globalThis.ecertJudge;
  if (!known) known = globalThis.ecertJudge = { list: [], plain: [] };

  return {
    look: () => ({
      html: document.documentElement.outerHTML.slice(0, 2000000),
      text: folded(document.body ? document.body.innerText : "").slice(0, 200000),
    }),
    telling: (path) => {
      const one = at(path);
      if (!one) return { text: "", legible: false, announced: false };
      const near = [one, ...one.querySelectorAll("*")];
      const live = (now) => ["status", "alert", "log"].includes(now.getAttribute("role")) || now.localName === "output"
        || ["polite", "assertive"].includes(now.getAttribute("aria-live"));
      return {
        text: folded(one.innerText).slice(0, 2000),
        legible: legible(one),
        announced: one.closest("[aria-hidden=true]") === null && (near.some(live) || Boolean(one.closest("[role=status], [role=alert], [role=log], output, [aria-live=polite], [aria-live=assertive]"))),
      };
    },
    // Begin a walk by keyboard: which controls there are, and what they look like without focus.
    begin: () => {
      if (active()) active().blur();
      known.list = controls().slice(0, MOST);
      known.plain = known.list.map(dress);
      return {
        controls: known.list.map(named),
        // Of a group of radio buttons the keyboard stops at one only.
        skipped: known.list.map((one, index) => [one, index]).filter(([one]) => one.type === "radio" && !one.checked).map(([, index]) => index),
        ordered: known.list.filter((one) => one.tabIndex > 0).map(named),
      };
    },
    // Where the focus is: the control's place in the list, -1 for none, -2 for something that is not in it.
    stop: () => {
      const one = active();
      if (!one) return { index: -1, name: "", ring: true, box: null };
      const index = known.list.indexOf(one);
      const box = one.getBoundingClientRect();
      return { index: index < 0 ? -2 : index, name: named(one), ring: index < 0 || dress(one) !== known.plain[index],
        box: { x: box.x, y: box.y, width: box.width, height: box.height } };
    },
    focused: () => { const one = active(); return one ? one.getAttribute("name") : null; },
    // Comes true when the page has changed and then stood still; ends with the page when another one comes.
    changed: (still, most) => new Promise((resolve) => {
      let timer = setTimeout(() => resolve(false), most);
      const watch = new MutationObserver(() => {
        clearTimeout(timer);
        timer = setTimeout(() => { watch.disconnect(); resolve(true); }, still);
      });
      watch.observe(document, { subtree: true, childList: true, characterData: true });
    }),
    leave: () => { if (active()) active().blur(); return true; },
    narrow: () => {
      const width = document.documentElement.clientWidth;
      // Both ways of scrolling are only a fault of what could be laid out otherwise (WCAG 2.2, 1.4.10).
      const free = (one) => one.closest("table, pre, svg, video, canvas, math") !== null || (() => {
        for (let now = one.parentElement; now; now = now.parentElement) {
          if (now !== document.body && now !== document.documentElement && getComputedStyle(now).overflowX !== "visible") return true;
        }
        return false;
      })();
      const over = [...document.querySelectorAll("body *")].filter((one) => shown(one) && one.getBoundingClientRect().right > width + 1 && !free(one));
      return { width: document.documentElement.scrollWidth, over: over.slice(-5).map((one) => `${one.localName}${one.className && one.className.baseVal === undefined ? `.${String(one.className).trim().split(/\s+/)[0]}` : ""}`) };
    },
    limits: () => [...document.querySelectorAll("meta[http-equiv]")].filter((one) => one.httpEquiv.toLowerCase() === "refresh").map((one) => one.content),
    // A puzzle: a field that is named as one, or a frame of a known kind, beside which nothing can be heard.
    puzzles: () => {
      const sign = /captcha|turnstile|arkose|verify.?human|human.?check|security.?image/i;
      const says = (one) => sign.test([one.name, one.id, one.getAttribute("src"), one.getAttribute("alt"), one.getAttribute("class"), one.getAttribute("aria-label"), one.title].join(" "));
      const found = [...document.querySelectorAll("input:not([type=hidden]), img, canvas, iframe, svg")].filter((one) => shown(one) && says(one));
      const heard = document.querySelector("audio, a[href*=audio], button[class*=audio], [id*=audio], [aria-label*=audio i], [aria-label*=listen i]") !== null;
      return { found: found.map(named), heard };
    },
    value: (name) => { const one = document.querySelector(`[name="${CSS.escape(name)}"]`); return one ? one.value : null; },
    holds: (selector) => document.querySelector(selector) !== null,
    // Black boxes over secrets, for a picture; `uncover` takes them away.
    cover: (secrets) => {
      // What in an address looks made by chance opens a certificate as well as a code does.
      const links = [...document.querySelectorAll("[href], [src]")].map((one) => one.getAttribute("href") || one.getAttribute("src"));
      const tokens = links.flatMap((link) => link.split(/[/?&=#.]/)).filter((piece) => /^[\w-]{20,}$/.test(piece));
      const wanted = [...new Set([...secrets, ...tokens])].filter((one) => one.length > 2);
      const boxes = [];
      const add = (rect) => { if (rect.width && rect.height) boxes.push([rect.left + scrollX, rect.top + scrollY, rect.width, rect.height]); };
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      for (let text = walker.nextNode(); text; text = walker.nextNode()) {
        for (const secret of wanted) {
          for (let from = text.data.indexOf(secret); from >= 0; from = text.data.indexOf(secret, from + 1)) {
            const range = document.createRange();
            range.setStart(text, from);
            range.setEnd(text, from + secret.length);
            [...range.getClientRects()].forEach(add);
          }
        }
      }
      for (const one of document.querySelectorAll("input, textarea")) {
        if (one.type === "password" || wanted.some((secret) => one.value.includes(secret))) add(one.getBoundingClientRect());
      }
      for (const one of document.querySelectorAll("img, svg, canvas, object, embed")) {
        const src = [one.getAttribute("src"), one.getAttribute("data"), one.getAttribute("class"), one.id, one.getAttribute("alt")].join(" ");
        if (/\bqr/i.test(src) || wanted.some((secret) => src.includes(secret))) add(one.getBoundingClientRect());
      }
      for (const [left, top, width, height] of boxes) {
        const box = document.createElement("div");
        box.setAttribute("data-ecert-judge-cover", "");
        Object.assign(box.style, { position: "absolute", left: `${left}px`, top: `${top}px`, width: `${width}px`, height: `${height}px`, background: "#000", zIndex: "2147483647" });
        document.documentElement.append(box);
      }
      return boxes.length;
    },
    uncover: () => { document.querySelectorAll("[data-ecert-judge-cover]").forEach((one) => one.remove()); return true; },
  };
})()
