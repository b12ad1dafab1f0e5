using System.Globalization;
using System.Net;
using System.Text;

namespace UcfActionRecognition.Reporting;

/// <summary>Writes a report as one HTML file that needs no network and no script.</summary>
internal static class HtmlWriter
{
    private const string Style = """
        :root { color-scheme: light; }
        body { font: 16px/1.55 "DejaVu Sans", Verdana, "Segoe UI", system-ui, sans-serif; color: #1b1f24; background: #fff; margin: 0; }
        main { max-width: 62rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; }
        h1 { font-size: 1.75rem; line-height: 1.25; margin: 0 0 .25rem; }
        h2 { font-size: 1.3rem; margin: 2.75rem 0 .75rem; padding-top: .75rem; border-top: 1px solid #d5d9de; }
        h3 { font-size: 1.05rem; margin: 1.75rem 0 .5rem; }
        p { margin: .6rem 0; max-width: 50rem; overflow-wrap: anywhere; }
        .subtitle { color: #5b636d; }
        .note { border-left: 3px solid #d55e00; background: #fdf4ec; padding: .5rem .8rem; }
        .scroll { overflow-x: auto; margin: 1rem 0; }
        table { border-collapse: collapse; font-size: .85rem; line-height: 1.35; }
        caption { text-align: left; font-weight: bold; padding-bottom: .35rem; }
        th, td { padding: .28rem .75rem .28rem 0; border-bottom: 1px solid #e4e7eb; text-align: left; vertical-align: top; }
        thead th { border-bottom: 1.5px solid #1b1f24; }
        .n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
        figure { margin: 1.25rem 0 1.75rem; }
        figure img { width: 100%; height: auto; display: block; }
        figcaption { font-size: .85rem; color: #5b636d; margin-top: .4rem; max-width: 50rem; overflow-wrap: anywhere; }
        nav ol { padding-left: 1.4rem; columns: 2; font-size: .9rem; }
        a { color: #0072b2; }
        @media (max-width: 40rem) { nav ol { columns: 1; } }
        @media print { main { max-width: none; padding: 0; } figure, tr { break-inside: avoid; } nav { display: none; } }
        """;

    /// <summary>The file's text.</summary>
    public static string ToHtml(FusionReport report)
    {
        var html = new StringBuilder();
        html.Append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
        html.Append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");

        // Should anything ever get past the escaping, the browser still runs and fetches nothing.
        html.Append("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'\">\n");
        html.Append(CultureInfo.InvariantCulture, $"<title>{Escape(report.Title)}</title>\n<style>\n{Style}\n</style>\n</head>\n<body>\n<main>\n<header>\n");
        html.Append(CultureInfo.InvariantCulture, $"<h1>{Escape(report.Title)}</h1>\n<p class=\"subtitle\">{Escape(report.Subtitle)}</p>\n</header>\n<nav aria-label=\"Contents\">\n<ol>\n");
        for (int i = 0; i < report.Sections.Count; i++)
        {
            html.Append(CultureInfo.InvariantCulture, $"<li><a href=\"#s{i + 1}\">{Escape(report.Sections[i].Title)}</a></li>\n");
        }

        html.Append("</ol>\n</nav>\n");
        for (int i = 0; i < report.Sections.Count; i++)
        {
            html.Append(CultureInfo.InvariantCulture, $"<section id=\"s{i + 1}\">\n<h2>{i + 1}. {Escape(report.Sections[i].Title)}</h2>\n");
            foreach (ReportBlock block in report.Sections[i].Blocks)
            {
                Append(html, block);
            }

            html.Append("</section>\n");
        }

        return html.Append("</main>\n</body>\n</html>\n").ToString();
    }

    private static void Append(StringBuilder html, ReportBlock block)
    {
        switch (block)
        {
            case ReportHeading heading:
                html.Append(CultureInfo.InvariantCulture, $"<h3>{Escape(heading.Text)}</h3>\n");
                break;
            case ReportParagraph paragraph:
                html.Append(CultureInfo.InvariantCulture, $"<p{(paragraph.IsNote ? " class=\"note\"" : "")}>{Escape(paragraph.Text)}</p>\n");
                break;
            case ReportTable table:
                Append(html, table);
                break;
            case ReportFigure { Figure: var figure }:
                string data = Convert.ToBase64String(Encoding.UTF8.GetBytes(FigureFile.ToSvg(figure)));
                html.Append(CultureInfo.InvariantCulture, $"<figure style=\"max-width:{Percent(figure)}%\">\n<img alt=\"{Escape(figure.Caption)}\" ");
                html.Append(CultureInfo.InvariantCulture, $"width=\"{MathF.Ceiling(figure.Size.Width)}\" height=\"{MathF.Ceiling(figure.Size.Height)}\" ");
                html.Append(CultureInfo.InvariantCulture, $"src=\"data:image/svg+xml;base64,{data}\">\n<figcaption>{Escape(figure.Caption)}</figcaption>\n</figure>\n");
                break;
        }
    }

    private static int Percent(Figure figure) => (int)Math.Round(100 * Math.Min(1, figure.Size.Width / Figure.FullWidth));

    private static void Append(StringBuilder html, ReportTable table)
    {
        html.Append(CultureInfo.InvariantCulture, $"<div class=\"scroll\">\n<table>\n<caption>{Escape(table.Caption)}</caption>\n");
        if (table.HasHeader)
        {
            html.Append("<thead><tr>");
            foreach (ReportColumn column in table.Columns)
            {
                html.Append(CultureInfo.InvariantCulture, $"<th scope=\"col\"{Class(column)}>{Escape(column.Title)}</th>");
            }

            html.Append("</tr></thead>\n");
        }

        html.Append("<tbody>\n");
        foreach (IReadOnlyList<string> row in table.Rows)
        {
            html.Append("<tr>");
            for (int i = 0; i < row.Count; i++)
            {
                html.Append(CultureInfo.InvariantCulture, $"<td{Class(table.Columns[i])}>{Escape(row[i])}</td>");
            }

            html.Append("</tr>\n");
        }

        html.Append("</tbody>\n</table>\n</div>\n");
    }

    private static string Class(ReportColumn column) => column.IsNumber ? " class=\"n\"" : "";

    private static string Escape(string text) => WebUtility.HtmlEncode(TextFlow.Clean(text));
}
