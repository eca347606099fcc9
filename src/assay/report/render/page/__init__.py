"""The parts of the HTML page, each a pure function of the report; `render.html` puts them together."""
