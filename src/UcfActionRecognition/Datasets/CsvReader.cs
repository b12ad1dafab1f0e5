using System.Text;

namespace UcfActionRecognition;

/// <summary>Reads CSV as RFC 4180 has it, record by record, in memory of one record.</summary>
internal sealed class CsvReader(TextReader text)
{
    // Far more than a list of videos needs; a file without a line end must not fill the memory.
    private const int MaximumCharacters = 1 << 16;

    private readonly StringBuilder _field = new();
    private readonly List<string> _fields = [];
    private int _line = 1;
    private int _characters;
    private string? _problem;

    /// <summary>The records that are not empty.</summary>
    public IEnumerable<CsvRecord> Read()
    {
        while (text.Peek() >= 0)
        {
            int line = _line;
            _fields.Clear();
            _problem = null;
            _characters = 0;
            while (ReadField())
            {
            }

            if (_problem is not null || _fields.Count > 1 || _fields[0].Length > 0)
            {
                yield return new CsvRecord(line, [.. _fields], _problem);
            }
        }
    }

    /// <summary>Reads a field and what ends it.</summary>
    /// <returns>Whether another field follows in the record.</returns>
    private bool ReadField()
    {
        _field.Clear();
        bool quoted = false;
        bool blank = true;
        int next;
        while ((next = Next()) is not (< 0 or ',' or '\n'))
        {
            if (next == '"' && !quoted && blank)
            {
                quoted = true;
                _field.Clear();
                ReadQuoted();
            }
            else if (next == '"' || (quoted && !char.IsWhiteSpace((char)next)))
            {
                _problem ??= "quotes inside of a field; put the whole field in quotes and double those inside";
            }
            else
            {
                blank &= char.IsWhiteSpace((char)next);
                Add((char)next);
            }
        }

        if (_problem is null)
        {
            _fields.Add(_field.ToString().Trim());
        }

        return next == ',';
    }

    private void ReadQuoted()
    {
        for (int next = Next(); next >= 0; next = Next())
        {
            if (next == '"')
            {
                if (text.Peek() != '"')
                {
                    return;
                }

                Next();
            }

            Add((char)next);
        }

        _problem ??= "the quotes of a field are not closed";
    }

    private void Add(char letter)
    {
        if (_problem is null)
        {
            _field.Append(letter);
        }
    }

    // A line ends in LF, CRLF or CR alone; all count as LF.
    private int Next()
    {
        int next = text.Read();
        if (next == '\r')
        {
            if (text.Peek() == '\n')
            {
                text.Read();
            }

            next = '\n';
        }

        _line += next == '\n' ? 1 : 0;
        if (++_characters > MaximumCharacters)
        {
            _problem ??= $"more than {MaximumCharacters} characters in one record";
        }

        return next;
    }
}
