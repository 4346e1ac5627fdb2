// Sectors side by side in a site without a server: of the table of them all, the columns that the address names are left.

const table = document.querySelector("table.compare");
const boxes = [...document.querySelectorAll('form[data-auto] input[name="sector"]')];
const keys = new Set(boxes.map((box) => box.value));
const chosen = [...new Set(new URLSearchParams(location.search).getAll("sector"))].filter((key) => keys.has(key)).slice(0, Number(table.dataset.most));
if (chosen.length) {
  for (const box of boxes) box.checked = chosen.includes(box.value);
  for (const row of table.rows) {
    const cells = new Map([...row.cells].filter((cell) => cell.dataset.sector).map((cell) => [cell.dataset.sector, cell]));
    for (const cell of cells.values()) cell.remove();
    row.append(...chosen.map((key) => cells.get(key)));
  }
}
document.documentElement.dataset.narrowed = "";
