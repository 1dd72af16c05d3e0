// The map: cases as points, kinds as islands; draw, move about, outline by lasso or box, tell which.
// Points come from our own address as 32-bit floats: x, y, number of the kind (-1: none).

const COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#b58900", "#56b4e9", "#7b5ea7"];
const BRIGHT = ["#6db6f2", "#ff9a52", "#35c99b", "#e9a6cc", "#d9c04d", "#a5dcf7", "#bda4e0"];
const MOST_CORNERS = 40;
const maps = new WeakMap();
let tool = "lasso"; // what dragging does: lasso, box or move

export default function ({ parentElement, data, setTriggerValue }) {
  const root = parentElement.querySelector(".map");
  if (!root) return;
  const known = maps.get(root);
  const map = known ?? new CaseMap(root);
  if (!known) maps.set(root, map);
  map.tell = (outline) => setTriggerValue("outline", outline);
  map.show(data);
}

const box = ([left, top], [right, low]) => [[left, top], [right, top], [right, low], [left, low]];

// Light ink is written on dark paper.
function isDark(ink) {
  const [red, green, blue] = (ink.match(/[\d.]+/g) ?? [0, 0, 0]).map(Number);
  return red + green + blue > 384;
}

class CaseMap {
  constructor(root) {
    this.canvas = root.querySelector("canvas");
    this.words = root.querySelector(".map-words");
    this.pen = this.canvas.getContext("2d");
    this.points = new Float32Array(0);
    this.byKind = new Map();
    this.still = document.createElement("canvas");
    this.view = null;
    this.trail = null;
    this.at = -1;
    this.data = { kinds: [], outline: null, version: null };
    new ResizeObserver(() => this.draw()).observe(this.canvas);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.draw());
    this.listen(root);
  }

  listen(root) {
    const canvas = this.canvas;
    canvas.addEventListener("pointerdown", (event) => this.press(event));
    canvas.addEventListener("pointermove", (event) => this.move(event));
    canvas.addEventListener("pointerup", () => this.release());
    canvas.addEventListener("pointercancel", () => { this.trail = this.drag = null; this.draw(); });
    canvas.addEventListener("pointerleave", () => this.say(this.data.hint));
    canvas.addEventListener("wheel", (event) => {
      event.preventDefault();
      this.zoom(event.deltaY < 0 ? 1.25 : 0.8, this.place(event));
    }, { passive: false });
    canvas.addEventListener("keydown", (event) => this.key(event));
    root.querySelectorAll("[data-zoom]").forEach((button) => button.addEventListener("click", () => {
      const by = { in: 1.4, out: 1 / 1.4 }[button.dataset.zoom];
      if (by) this.zoom(by);
      else { this.view = null; this.draw(); }
    }));
    this.tools = [...root.querySelectorAll("[data-tool]")];
    this.tools.forEach((button) => button.addEventListener("click", () => this.take(button.dataset.tool)));
    this.take(tool);
  }

  take(chosen) {
    tool = chosen;
    this.tools.forEach((each) => each.setAttribute("aria-pressed", each.dataset.tool === tool));
    this.canvas.style.cursor = tool === "move" ? "grab" : "crosshair";
  }

  async show(data) {
    const other = data.version !== this.data.version || data.stamp !== this.data.stamp;
    if (data.version !== this.data.version) this.view = null;
    this.data = data;
    this.islands = data.kinds.filter((kind) => kind.radius > 0);
    this.say(data.hint);
    this.draw();
    if (!other) return;
    const answer = await fetch(`/map-points?version=${encodeURIComponent(data.version)}`);
    if (!answer.ok || this.data !== data) return;
    this.points = new Float32Array(await answer.arrayBuffer());
    this.byKind = Map.groupBy(
      Array.from({ length: this.points.length / 3 }, (_, each) => 3 * each),
      (each) => this.points[each + 2]);
    this.draw();
    this.canvas.dataset.points = this.points.length / 3;
  }

  // Where things are: the view is the middle of the window on the map, and pixels a unit.

  whole() {
    let [left, right, low, high] = [Infinity, -Infinity, Infinity, -Infinity];
    const add = (x, y, by) => {
      left = Math.min(left, x - by); right = Math.max(right, x + by);
      low = Math.min(low, y - by); high = Math.max(high, y + by);
    };
    this.islands.forEach((each) => add(each.x, each.y, each.radius));
    for (let i = 0; i < this.points.length; i += 3) add(this.points[i], this.points[i + 1], 0);
    if (left > right) return { x: 0, y: 0, scale: 1 };
    const { clientWidth, clientHeight } = this.canvas;
    const scale = 0.92 * Math.min(clientWidth / (right - left || 1), clientHeight / (high - low || 1));
    return { x: (left + right) / 2, y: (low + high) / 2, scale };
  }

  eye() { return this.view ?? this.whole(); }

  screen(eye, x, y) {
    const { clientWidth, clientHeight } = this.canvas;
    return [(x - eye.x) * eye.scale + clientWidth / 2, (y - eye.y) * eye.scale + clientHeight / 2];
  }

  place(event) {
    const eye = this.eye();
    const { clientWidth, clientHeight } = this.canvas;
    return [
      (event.offsetX - clientWidth / 2) / eye.scale + eye.x,
      (event.offsetY - clientHeight / 2) / eye.scale + eye.y,
    ];
  }

  zoom(by, about) {
    const eye = this.eye();
    const [x, y] = about ?? [eye.x, eye.y];
    this.view = { x: x + (eye.x - x) / by, y: y + (eye.y - y) / by, scale: eye.scale * by };
    this.draw();
  }

  // What the hand does

  press(event) {
    this.canvas.setPointerCapture(event.pointerId);
    if (event.shiftKey || event.button !== 0 || tool === "move") this.drag = { from: this.place(event) };
    else this.trail = [this.place(event)];
  }

  move(event) {
    const here = this.place(event);
    if (this.drag) {
      const eye = this.eye();
      this.view = {
        ...eye, x: eye.x + this.drag.from[0] - here[0], y: eye.y + this.drag.from[1] - here[1],
      };
      this.draw();
    } else if (this.trail) {
      if (tool === "box") this.trail = box(this.trail[0], here);
      else this.trail.push(here);
      this.sketch();
    } else {
      const kind = this.islands?.find(
        (each) => Math.hypot(each.x - here[0], each.y - here[1]) < each.radius);
      this.say(kind ? kind.words : this.data.hint);
    }
  }

  release() {
    const trail = this.trail;
    this.trail = this.drag = null;
    if (trail && trail.length > 2) this.outline(trail);
    else this.draw();
  }

  key(event) {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (step && this.islands.length) {
      event.preventDefault();
      const count = this.islands.length;
      this.at = (this.at + step + count) % count;
      this.say(this.islands[this.at].words);
      this.draw();
    } else if (event.key === "Enter" && this.at >= 0) {
      event.preventDefault();
      const { x, y, radius } = this.islands[this.at];
      const turns = Array.from({ length: 24 }, (_, i) => (i * Math.PI) / 12);
      this.outline(turns.map((turn) => [x + radius * 1.05 * Math.cos(turn), y + radius * 1.05 * Math.sin(turn)]));
    }
  }

  outline(trail) {
    const step = Math.max(1, trail.length / MOST_CORNERS);
    const corners = [];
    for (let i = 0; i < trail.length; i += step) corners.push(trail[Math.floor(i)]);
    const rounded = corners.map(([x, y]) => [Math.round(x * 100) / 100, Math.round(y * 100) / 100]);
    this.data.outline = rounded;
    this.draw();
    this.tell(rounded);
  }

  say(words) { if (this.words.textContent !== words) this.words.textContent = words; }

  // What is seen

  draw() {
    const { canvas } = this;
    const dots = window.devicePixelRatio || 1;
    if (!canvas.clientWidth || !this.islands) return;
    this.still.width = canvas.width = canvas.clientWidth * dots;
    this.still.height = canvas.height = canvas.clientHeight * dots;
    const style = getComputedStyle(canvas);
    this.ink = style.color;
    this.colours = isDark(style.color) ? BRIGHT : COLOURS;
    this.pen = this.still.getContext("2d");
    this.pen.scale(dots, dots);
    const eye = this.eye();
    this.drawIslands(eye);
    this.drawPoints(eye);
    this.drawNumbers(eye, style.getPropertyValue("--st-background-color") || "#fff");
    this.pen = canvas.getContext("2d");
    this.sketch();
  }

  // The outline grows over a picture of all the rest.
  sketch() {
    const dots = window.devicePixelRatio || 1;
    this.pen.setTransform(1, 0, 0, 1, 0, 0);
    this.pen.clearRect(0, 0, this.canvas.width, this.canvas.height);
    this.pen.drawImage(this.still, 0, 0);
    this.pen.scale(dots, dots);
    this.drawOutline(this.eye(), this.trail ?? this.data.outline);
  }

  drawIslands(eye) {
    const { pen } = this;
    this.data.kinds.forEach((kind, number) => {
      if (!(kind.radius > 0)) return;
      pen.beginPath();
      pen.arc(...this.screen(eye, kind.x, kind.y), kind.radius * eye.scale, 0, 2 * Math.PI);
      pen.globalAlpha = 0.12;
      pen.fillStyle = this.colours[number % this.colours.length];
      pen.fill();
      pen.globalAlpha = kind === this.islands[this.at] ? 1 : 0.35;
      pen.lineWidth = kind === this.islands[this.at] ? 3 : 1;
      pen.strokeStyle = pen.fillStyle;
      pen.stroke();
      pen.globalAlpha = 1;
    });
  }

  drawPoints(eye) {
    const { pen, points } = this;
    const { clientWidth: wide, clientHeight: high } = this.canvas;
    const size = Math.max(1.5, Math.min(6, eye.scale * 0.7));
    const [left, top] = [(wide - size) / 2 - eye.x * eye.scale, (high - size) / 2 - eye.y * eye.scale];
    for (const [kind, rows] of this.byKind) {
      pen.fillStyle = kind < 0 ? this.ink : this.colours[kind % this.colours.length];
      pen.globalAlpha = kind < 0 ? 0.4 : 0.85;
      for (const each of rows) {
        const x = points[each] * eye.scale + left;
        const y = points[each + 1] * eye.scale + top;
        if (x > -size && y > -size && x < wide && y < high) pen.fillRect(x, y, size, size);
      }
    }
    pen.globalAlpha = 1;
  }

  // The largest first: its number of the key where no other's stands, its name where it has room.
  drawNumbers(eye, paper) {
    const { pen } = this;
    const taken = [];
    pen.textAlign = "center";
    pen.lineJoin = "round";
    for (const kind of [...this.islands].sort((a, b) => a.number - b.number)) {
      const [x, y] = this.screen(eye, kind.x, kind.y);
      const half = 4 + 4 * String(kind.number).length;
      const box = [x - half, y - 10, x + half, y + 8];
      if (taken.some((b) => box[0] < b[2] && b[0] < box[2] && box[1] < b[3] && b[1] < box[3])) continue;
      taken.push(box);
      this.write(kind.number, x, y + 5, "700 16px 'Source Sans', sans-serif", paper);
      const small = "600 13px 'Source Sans', sans-serif";
      pen.font = small;
      const fits = pen.measureText(kind.title).width < 1.7 * kind.radius * eye.scale;
      if (fits) this.write(kind.title, x, y + 22, small, paper);
    }
    this.canvas.dataset.numbers = JSON.stringify(taken);
  }

  write(words, x, y, font, paper) {
    const { pen } = this;
    pen.font = font;
    pen.lineWidth = 4;
    pen.strokeStyle = paper;
    pen.strokeText(words, x, y);
    pen.fillStyle = this.ink;
    pen.fillText(words, x, y);
  }

  drawOutline(eye, corners) {
    if (!corners || corners.length < 2) return;
    const { pen } = this;
    pen.beginPath();
    corners.forEach(([x, y], i) => pen[i ? "lineTo" : "moveTo"](...this.screen(eye, x, y)));
    pen.closePath();
    pen.fillStyle = pen.strokeStyle = this.ink;
    pen.globalAlpha = 0.07;
    pen.fill("evenodd");
    pen.globalAlpha = 1;
    pen.lineWidth = 2;
    pen.setLineDash([6, 4]);
    pen.stroke();
    pen.setLineDash([]);
  }
}
