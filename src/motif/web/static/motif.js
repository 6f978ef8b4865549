// What makes the pages pleasanter; each works without it.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  document.getElementById("errors")?.focus();
  passwords();
  uploads();
  views();
  polls();
  once();
});

function passwords() {
  for (const box of document.querySelectorAll("[data-shows]")) {
    box.closest("[hidden]").hidden = false;
    box.addEventListener("change", () => {
      document.getElementById(box.dataset.shows).type = box.checked ? "text" : "password";
    });
  }
}

// The chosen photo is shown before it is sent, and one that is too large is not sent at all.
function uploads() {
  const form = document.querySelector("form[data-upload]");
  if (!form) return;
  const preview = form.querySelector(".preview");
  const status = form.querySelector(".busy");
  const button = form.querySelector(".button");
  const inputs = [...form.querySelectorAll("input[type=file]")];
  for (const input of inputs) {
    input.addEventListener("change", () => {
      const file = input.files[0];
      for (const other of inputs) if (other !== input) other.value = "";
      preview.hidden = true;
      status.hidden = true;
      button.disabled = false;
      if (!file) return;
      if (file.size > Number(form.dataset.most)) {
        status.textContent = status.dataset.large;
        status.hidden = false;
        button.disabled = true;
        return;
      }
      const image = preview.querySelector("img");
      image.onload = () => { preview.hidden = false; URL.revokeObjectURL(image.src); };
      image.src = URL.createObjectURL(file);
      preview.querySelector("figcaption").textContent = file.name;
    });
  }
  form.addEventListener("submit", () => {
    status.textContent = status.dataset.busy;
    status.hidden = false;
  });
}

// Four ways to look at two cloths: by the buttons, by the keys 1 to 4, and by the arrows on a button.
function views() {
  const list = document.querySelector("[data-views]");
  if (!list) return;
  const links = [...list.querySelectorAll("a")];
  const show = (link) => {
    for (const each of links) each.toggleAttribute("aria-current", false);
    link.setAttribute("aria-current", "true");
    for (const panel of document.querySelectorAll("[data-panel]")) panel.hidden = panel.dataset.panel !== link.dataset.view;
    history.replaceState(null, "", link.href);
  };
  list.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    show(link);
  });
  list.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const at = links.indexOf(document.activeElement);
    if (event.key >= "1" && event.key <= String(links.length) && !event.ctrlKey && !event.altKey && !event.metaKey) {
      links[Number(event.key) - 1].focus();
      show(links[Number(event.key) - 1]);
    } else if (step && at >= 0) {
      event.preventDefault();
      const next = links[(at + step + links.length) % links.length];
      next.focus();
      show(next);
    }
  });
}

// Ask how far something is, and load the page again when that changes; say so where the counter is not there.
function polls() {
  const waiting = document.querySelector("[data-poll]");
  if (!waiting) return;
  const offline = document.getElementById("offline");
  let pause = 400;
  const ask = async () => {
    try {
      const answer = await fetch(waiting.dataset.poll, { headers: { Accept: "application/json" } });
      offline.hidden = true;
      const isJson = (answer.headers.get("content-type") || "").startsWith("application/json");
      if (!answer.ok || !isJson) return location.reload();
      const { state } = await answer.json();
      if (state === "done" || state === "failed") return location.reload();
    } catch {
      offline.hidden = false;
    }
    pause = Math.min(pause * 1.4, 3000);
    setTimeout(ask, pause);
  };
  setTimeout(ask, pause);
}

// A form is sent once, however often its button is pressed; coming back to the page, it can be sent again.
function once() {
  for (const form of document.querySelectorAll("form[method=post]")) {
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) event.preventDefault();
      form.dataset.sent = "yes";
    });
  }
  addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  });
  addEventListener("offline", () => { document.getElementById("offline").hidden = false; });
  addEventListener("online", () => { document.getElementById("offline").hidden = true; });
}
