// Rows of a shortlist can be dragged; the form of each does the same by a number, and by J and K.
const list = document.querySelector("[data-ordered]");
let dragged = null;

if (list) for (const row of list.querySelectorAll("[data-place]")) row.draggable = true;

list?.addEventListener("dragstart", (event) => {
  dragged = event.target.closest("[data-place]");
  event.dataTransfer.effectAllowed = "move";
});
list?.addEventListener("dragover", (event) => {
  const over = event.target.closest("[data-place]");
  if (!dragged || !over || over === dragged) return;
  event.preventDefault();
  over.dataset.over = "true";
});
list?.addEventListener("dragleave", (event) => event.target.closest("[data-place]")?.removeAttribute("data-over"));
list?.addEventListener("drop", (event) => {
  const over = event.target.closest("[data-place]");
  if (!dragged || !over) return;
  event.preventDefault();
  const form = dragged.querySelector("[data-moves]");
  form.elements.place.value = over.dataset.place;
  form.requestSubmit();
});
