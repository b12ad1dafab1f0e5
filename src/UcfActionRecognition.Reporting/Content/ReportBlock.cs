namespace UcfActionRecognition.Reporting;

/// <summary>A part of a section.</summary>
internal abstract record ReportBlock;

/// <summary>A heading within a section.</summary>
internal sealed record ReportHeading(string Text) : ReportBlock;

/// <summary>A paragraph.</summary>
/// <param name="Text">The text.</param>
/// <param name="IsNote">A remark that something is missing or has to be read with care.</param>
internal sealed record ReportParagraph(string Text, bool IsNote = false) : ReportBlock;

/// <summary>A table with a header.</summary>
/// <param name="Caption">What it shows.</param>
/// <param name="Columns">Its columns.</param>
/// <param name="Rows">A cell for each column.</param>
internal sealed record ReportTable(string Caption, IReadOnlyList<ReportColumn> Columns, IReadOnlyList<IReadOnlyList<string>> Rows) : ReportBlock
{
    /// <summary>Whether a column has a title.</summary>
    public bool HasHeader => Columns.Any(column => column.Title.Length > 0);
}

/// <summary>A column of a table.</summary>
/// <param name="Title">Its header.</param>
/// <param name="Share">Its share of the width, relative to the other columns'.</param>
/// <param name="IsNumber">Whether it is aligned to the right.</param>
internal sealed record ReportColumn(string Title, float Share = 1, bool IsNumber = false);

/// <summary>A figure with a caption.</summary>
internal sealed record ReportFigure(Figure Figure) : ReportBlock;

/// <summary>A section with a title.</summary>
/// <param name="Title">The title.</param>
/// <param name="Blocks">Its parts, in order.</param>
internal sealed record ReportSection(string Title, IReadOnlyList<ReportBlock> Blocks);
