namespace UcfActionRecognition;

/// <summary>Why bytes are not a JPEG frame that is read here, as the end of a sentence that begins with "the JPEG".</summary>
internal sealed class JpegFormatException(string reason) : Exception(reason);
