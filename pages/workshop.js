/* SPDX-License-Identifier: 0BSD */
/* Keeps several browsers in step: when somebody writes something down, the page is loaded anew, unless
 * something was typed into it. Everything works without this script. */
"use strict";
(() => {
  let typed = false;
  let waiting = false;
  document.addEventListener("input", () => { typed = true; });
  const refresh = () => {
    if (document.hidden || typed) {
      waiting = true;
      return;
    }
    location.reload();
  };
  document.addEventListener("visibilitychange", () => { if (waiting) refresh(); });
  if (window.EventSource) {
    const events = new EventSource("/events");
    events.onmessage = refresh;
    /* What one sends oneself must not interrupt the way to its answer. */
    for (const end of ["submit", "beforeunload", "pagehide"])
      window.addEventListener(end, () => events.close());
  }
})();
