/** A letter in HTML, for a browser. */
export const page = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Mill</title><style>
@page { size: A4; margin: 2cm }
body { font: 12pt serif }
.columns { columns: 2; hyphens: manual }
.spread { letter-spacing: 0.5em }
td, th { padding: 0 1cm; text-align: left }
</style><body>
<h1>The mill at Müller’s café</h1>
<p class="spread">SPREAD</p>
<p>An <b>office</b> with a final figure of 1,250.00.</p>
<p dir="rtl" lang="he">הטחנה ליד הנהר נפתחת בשעה 7.</p>
<p dir="rtl" lang="ar">الطاحونة بجانب النهر.</p>
<table><tr><th>Wheel</th><th>Power</th></tr><tr><td>Undershot</td><td>12.5</td></tr></table>
<ol><li>Pay by the third.</li><li>Keep the receipt.</li></ol>
<p hidden>Draft</p>
<div class="columns">The tenant shall pay the rent without further notice on the first day of each month, in cash or by
transfer to the account of the owner. The owner keeps the wheel and the sluice in good order, and the tenant the
garden, the fence and the path to the river. Both agree that the mill stays open to visitors on Mondays in summer.</div>
</body></html>`;

/** Notes for pandoc. */
export const notes = `# The mill

Built in 1820.[^1] Its power is $P=\\rho g Q h$ and $\\frac{a+b}{c}$, \`x\` and ~~gone~~ *new*.

1. First clause.
2. Second clause.

    a) Sub clause.

| Wheel     | Power |
|-----------|-------|
| Undershot |       |
|           | 20.1  |

[^1]: See the register.
`;

export const talk = `# Results

- North
- South

# The mill

| Region | Units |
|--------|-------|
| North  | 12    |
`;

/** An article for LaTeX in its oldest fonts, with accents drawn over letters and words hyphenated at the ends of lines. */
export const article = String.raw`\documentclass[twocolumn]{article}\usepackage[paperwidth=12cm,paperheight=16cm,margin=1cm]{geometry}
\pagestyle{plain}\begin{document}
\section{The mill at M\"uller's caf\'e}
The documentation of the velocity measurements considers the acceleration of undershot waterwheels, whose efficiency is difficult
to determine. Ma\~nana, na\"\i ve, \c{c}a va, \v{S}koda. The officials of the first office find five flat files.
\[ E = \frac{1}{2} m v^2 \]
\begin{tabular}{ll}Wheel & Power\\Undershot & 12.5\\\end{tabular}
\end{document}`;

/** PostScript that spaces letters out, and encodes accents itself. */
export const postscript = `%!PS
/Helvetica findfont dup length dict copy dup /Encoding ISOLatin1Encoding put /H exch definefont pop
/H 12 selectfont 72 700 moveto (The caf\\351 at the mill) show
72 680 moveto 3 0 (SPREAD) ashow
72 660 moveto (Wheel) show 300 660 moveto (Power) show
72 646 moveto (Undershot) show 300 646 moveto (12.5) show
90 rotate 100 -500 moveto (turned) show
showpage`;
