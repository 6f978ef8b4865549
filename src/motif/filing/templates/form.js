"use strict";
function byHand(value) {
  const range = document.createRange();
  range.selectNodeContents(value);
  const selection = window.getSelection();
  selection.removeAllRanges();
  selection.addRange(range);
  return document.execCommand("copy");
}
async function copied(value) {
  try {
    await navigator.clipboard.writeText(value.textContent);
    return true;
  } catch (error) {
    return byHand(value);
  }
}
for (const button of document.querySelectorAll("button")) {
  button.addEventListener("click", async () => {
    if (await copied(button.parentElement.querySelector(".value"))) {
      button.firstChild.textContent = button.dataset.copied;
      button.classList.add("copied");
    }
  });
}
