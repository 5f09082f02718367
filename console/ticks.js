// The ticks of the set-up, as they come. Without this file the page shows what was
// known when it was made, and "Check again" asks once more.
(function () {
  "use strict";
  var state = document.getElementById("ticks");
  if (!state || !window.EventSource) return;
  var source = new EventSource(state.dataset.stream);

  // heading is the name of the step that a tick belongs to.
  function heading(tick) {
    return tick.parentNode.firstChild.textContent.trim();
  }

  source.addEventListener("open", function () {
    state.dataset.state = "live";
    if (!state.textContent) state.textContent = state.dataset.live;
  });
  source.addEventListener("ticks", function (event) {
    var holder = document.createElement("template");
    holder.innerHTML = event.data;
    holder.content.querySelectorAll("[data-step]").forEach(function (fresh) {
      var old = document.querySelector("[data-step=" + fresh.dataset.step + "]");
      if (!old || old.textContent === fresh.textContent) return;
      old.replaceWith(fresh);
      if (fresh.classList.contains("done")) state.textContent = state.dataset.now + " " + heading(fresh);
    });
  });
  source.addEventListener("end", function () {
    source.close();
    state.dataset.state = "ended";
    state.textContent = state.dataset.ended;
  });
  source.addEventListener("error", function () {
    state.dataset.state = "";
    if (source.readyState === EventSource.CLOSED) state.textContent = "";
  });
})();
