"use strict";
// Makes or shows a passkey for the form with the id "passkey". Without script, or in
// a browser without passkeys, the form stays hidden and the other ways are there.
(() => {
  const form = document.getElementById("passkey");
  if (!form || !window.PublicKeyCredential || !navigator.credentials) return;
  const said = document.getElementById("passkey-said");
  const button = form.querySelector("button");
  form.hidden = false;

  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

  const post = async (path, type, body) => {
    const r = await fetch(path, { method: "POST", headers: { "Content-Type": type, "Accept": "application/json" }, body, redirect: "error" });
    const answer = await r.json();
    if (!r.ok) throw new Error(answer.detail || r.statusText);
    return answer;
  };

  // The server's options have bytes as base64url text, as does what goes back.
  const decode = (o) => {
    o.challenge = bytes(o.challenge);
    if (o.user) o.user.id = bytes(o.user.id);
    for (const list of [o.excludeCredentials, o.allowCredentials]) for (const c of list || []) c.id = bytes(c.id);
    return o;
  };
  const encode = (c) => {
    const response = {};
    for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"])
      if (c.response[name]) response[name] = text(c.response[name]);
    if (c.response.getTransports) response.transports = c.response.getTransports();
    return JSON.stringify({ id: c.id, rawId: text(c.rawId), type: c.type, response, clientExtensionResults: c.getClientExtensionResults() });
  };

  form.addEventListener("submit", async (e) => {
    e.preventDefault();
    button.disabled = true;
    said.hidden = true;
    try {
      const options = decode((await post(form.dataset.options, "application/x-www-form-urlencoded", new URLSearchParams(new FormData(form)))).publicKey);
      const made = form.dataset.kind === "create" ? await navigator.credentials.create({ publicKey: options }) : await navigator.credentials.get({ publicKey: options });
      location.assign((await post(form.action, "application/json", encode(made))).next);
    } catch (err) {
      // What the browser says of a person who changed their mind is for developers.
      said.textContent = err.name === "NotAllowedError" || err.name === "AbortError" ? form.dataset.cancelled : err.name === "InvalidStateError" ? form.dataset.known : err.message || form.dataset.failed;
      said.hidden = false;
      button.disabled = false;
    }
  });
})();
