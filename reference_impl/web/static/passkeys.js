// Makes and uses passkeys. The server has written what to ask into the form; the answer is sent with the form.
"use strict";
for (const form of document.querySelectorAll("form[data-passkey]")) {
  const read = window.PublicKeyCredential && (form.dataset.passkey === "add"
    ? PublicKeyCredential.parseCreationOptionsFromJSON : PublicKeyCredential.parseRequestOptionsFromJSON);
  if (!read) continue;
  const without = document.getElementById("without-passkeys");
  if (without) without.hidden = true;
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const failed = document.getElementById("passkey-failed");
    failed.hidden = true;
    try {
      const publicKey = read.call(PublicKeyCredential, JSON.parse(form.dataset.options));
      const made = form.dataset.passkey === "add"
        ? await navigator.credentials.create({ publicKey }) : await navigator.credentials.get({ publicKey });
      form.elements.answer.value = JSON.stringify(made.toJSON());
      form.submit();
    } catch (error) {
      failed.hidden = false;
      failed.focus();
    }
  });
}
