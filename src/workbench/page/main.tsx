import { render } from "preact";

render(<h1>Workbench</h1>, document.body);
