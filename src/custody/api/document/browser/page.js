// What does the page of documentation show, and how? The library draws it, and asks nobody but us.
"use strict";

// The library would send along whatever stands as an example, and nobody finds anything by thirty
// conditions at once. So it is shown as one, and a person who asks writes what they mean.
function unfilled(described) {
  for (const path of Object.values(described.paths)) {
    for (const operation of Object.values(path)) {
      for (const parameter of operation.parameters ?? []) {
        if (!parameter.required && "example" in parameter) {
          const example = JSON.stringify(parameter.example).replace(/^"|"$/g, "");
          parameter.description = `${parameter.description ?? ""}\n\n\`${example}\``;
          delete parameter.example;
        }
      }
    }
  }
  return described;
}

function draw(described) {
  SwaggerUIBundle({
    spec: unfilled(described),
    dom_id: "#interface",
    deepLinking: true,
    displayRequestDuration: true,
    docExpansion: "none",
    filter: true,
    // The shapes of all answers, unfolded, would be longer than the rest; each operation shows its own.
    defaultModelsExpandDepth: 0,
    // Colouring a long answer takes a telephone longer than fetching it.
    syntaxHighlight: { activated: false },
    // Nobody elsewhere is told about this document.
    validatorUrl: null,
  });
}

function complain(problem) {
  document.getElementById("interface").textContent =
    `openapi.json: ${problem.detail ?? problem} · 无法读取接口说明`;
}

fetch("openapi.json")
  .then((answer) => answer.json().then((told) => (answer.ok ? draw(told) : complain(told))))
  .catch(complain);
