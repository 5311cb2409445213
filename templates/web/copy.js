// Puts a button beside each address of a feed that copies it, and says so. Without it the fields are there to copy from.
"use strict";
const { copy, copied, failed } = document.currentScript.dataset;

// Outside https a browser has no clipboard to write to; what is selected can be copied all the same.
async function put(field) {
  try {
    await navigator.clipboard.writeText(field.value);
    return true;
  } catch {
    field.focus();
    field.select();
    return document.execCommand("copy");
  }
}

for (const line of document.querySelectorAll(".copy")) {
  const feed = line.closest("li")?.querySelector("h3") ?? document.querySelector("h1");
  const button = Object.assign(document.createElement("button"), { type: "button", textContent: copy });
  button.setAttribute("aria-label", `${copy}: ${feed.textContent}`);
  const told = document.createElement("span");
  told.setAttribute("role", "status");
  line.append(button, told);
  button.addEventListener("click", async () => {
    for (const other of document.querySelectorAll(".copy [role=status]")) other.textContent = "";
    const isCopied = await put(line.querySelector("input"));
    if (isCopied) button.focus();
    // In a later frame: the same words said again are a change only when they were gone.
    requestAnimationFrame(() => { told.textContent = isCopied ? copied : failed; });
  });
}
