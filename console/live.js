// The live tail of the list of events. Without this file the list is as it was when
// the page was made.
(function () {
  "use strict";
  var box = document.getElementById("live");
  var table = document.getElementById("events");
  if (!box || !table || !window.EventSource) return;
  var button = box.querySelector("button");
  var state = box.querySelector("[role=status]");
  var none = document.getElementById("none");
  var body = table.tBodies[0];
  var most = Number(box.dataset.most);
  var last = Number(box.dataset.after);
  var source = null;
  var missed = false;

  function say(name) {
    if (box.dataset.state === name) return;
    box.dataset.state = name;
    state.textContent = box.dataset[name] + (missed ? " " + box.dataset.gap : "");
    button.textContent = source ? box.dataset.pause : box.dataset.resume;
  }

  function add(event) {
    var id = Number(event.lastEventId);
    if (!(id > last)) return;
    last = id;
    var holder = document.createElement("template");
    holder.innerHTML = event.data;
    var row = holder.content.querySelector("tr");
    if (!row) return;
    row.classList.add("fresh");
    body.insertBefore(row, body.firstChild);
    table.hidden = false;
    if (none) none.hidden = true;
    while (body.rows.length > most) body.deleteRow(-1);
  }

  function stop(name) {
    if (source) source.close();
    source = null;
    say(name);
  }

  function start() {
    source = new EventSource(box.dataset.stream + "&after=" + last);
    source.addEventListener("open", function () { say("live"); });
    source.addEventListener("row", add);
    source.addEventListener("gap", function (event) {
      last = Math.max(last, Number(event.lastEventId));
      missed = true;
      box.dataset.state = "";
      say("live");
    });
    source.addEventListener("end", function () { stop("ended"); });
    source.addEventListener("error", function () {
      if (source && source.readyState === EventSource.CLOSED) stop("refused");
      else say("reconnecting");
    });
    say("reconnecting");
  }

  button.addEventListener("click", function () {
    if (source) stop("paused");
    else start();
  });
  box.hidden = false;
})();
