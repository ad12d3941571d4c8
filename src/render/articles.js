const field = document.getElementById("search"), none = document.getElementById("none");
const plain = text => text.toLowerCase().replaceAll("ё", "е");
// The beginning of a long word finds its other forms, too.
const stem = word => word.length > 4 ? word.slice(0, -2) : word;
const all = [...document.querySelectorAll("article")].map(article => ({
  parts: [article, document.getElementById("to-" + article.id)],
  text: plain(article.textContent + " " + article.dataset.name),
}));
const look = () => {
  const words = plain(field.value).split(/\s+/).filter(Boolean).map(stem);
  const found = all.filter(({ parts, text }) => {
    const hit = words.every(word => text.includes(word));
    parts.forEach(part => part.hidden = !hit);
    return hit;
  });
  none.hidden = found.length > 0;
};
field.form.hidden = false;
field.form.addEventListener("submit", event => event.preventDefault());
field.addEventListener("input", look);
look();
