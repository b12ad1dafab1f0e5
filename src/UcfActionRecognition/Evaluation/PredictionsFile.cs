using Microsoft.Win32.SafeHandles;
using PureHDF;
using PureHDF.VOL.Native;

namespace UcfActionRecognition;

/// <summary>Reads files of predictions, which may be damaged or hostile: an exception that names the file is the worst that comes of them.</summary>
internal static class PredictionsFile
{
    private const int ReasonLength = 500;

    /// <exception cref="PredictionsException">The file holds no predictions; the message says why.</exception>
    public static VideoPredictions Read(string path, PredictionImport? import)
    {
        using SafeFileHandle handle = Open(path);
        VideoPredictions predictions = Guard(path, () => Read(handle, import));
        Check(path, predictions);
        return predictions;
    }

    private static SafeFileHandle Open(string path)
    {
        try
        {
            PlainFile.Check(path);
            return File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, FileOptions.RandomAccess);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new PredictionsException($"Cannot open the predictions '{path}': {error.Message} Check that it is a file this user may read.", error);
        }
    }

    private static VideoPredictions Read(SafeFileHandle handle, PredictionImport? import)
    {
        long length = RandomAccess.GetLength(handle);
        Hdf5Filters.Register();
        var stream = new NotingStream(handle, length) { Position = Hdf5Superblock.Find(handle, length) };
        using NativeFile file = H5File.Open(stream, leaveOpen: true);
        NativeDataset dataset = Hdf5Dataset.Find(file, VideoPredictions.DatasetName);
        float[,] logits = Hdf5Matrix.Read(dataset, stream, length);
        var attributes = new Hdf5Attributes(dataset, stream, length);
        string[] missing = [.. PredictionsAttributes.Needed.Where(name => !attributes.Has(name))];
        if (missing.Length < PredictionsAttributes.Needed.Count)
        {
            return missing.Length == 0
                ? PredictionsAttributes.Read(attributes, logits)
                : throw new Hdf5FormatException($"it has some of the attributes that say what it is, but not {PredictionChecks.List(missing)}");
        }

        return import is null
            ? throw new Hdf5FormatException(
                "it has no attributes that say what its rows and columns are; if a Python script wrote it, say so with a PredictionImport")
            : new VideoPredictions(logits, import.Classes, import.ModelHash) { Kind = import.Kind, Data = import.Data };
    }

    // PureHDF reports broken files by whatever exception its code runs into, so all of them mean that the file is bad.
    private static VideoPredictions Guard(string path, Func<VideoPredictions> read)
    {
        try
        {
            return read();
        }
        catch (Exception error)
        {
            string reason = error switch
            {
                Hdf5FormatException => error.Message,
                OutOfMemoryException => "it asks for more memory than there is",
                _ => $"its structure is damaged or not supported ({(error.InnerException ?? error).Message.TrimEnd('.')})",
            };
            throw new PredictionsException(
                $"Cannot read the predictions '{path}': {ErrorText.ShortenedTo(ReasonLength, reason)}. Expected a dataset "
                + $"'{VideoPredictions.DatasetName}', float32 or float64 [rows, classes]. Evaluate the model again.", error);
        }
    }

    private static void Check(string path, VideoPredictions predictions)
    {
        int columns = predictions.Logits.GetLength(1);
        if (columns != predictions.Classes.Count)
        {
            throw new PredictionsException(
                $"'{path}' has {columns} columns of predictions and {predictions.Classes.Count} classes; one column for each class is expected. "
                + "Evaluate the model again, or import with the classes that it was trained on.");
        }

        for (int row = 0; row < predictions.Logits.GetLength(0); row++)
        {
            for (int column = 0; column < columns; column++)
            {
                if (!float.IsFinite(predictions.Logits[row, column]))
                {
                    throw new PredictionsException(
                        $"'{path}' holds {predictions.Logits[row, column]} in row {row}, column {column} "
                        + $"('{ErrorText.Shortened(predictions.Classes[column])}'): its scores are no finite numbers. The model that made it is broken; train it again.");
                }
            }
        }
    }
}
