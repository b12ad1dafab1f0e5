namespace UcfActionRecognition.Benchmarks;

/// <summary>
/// A picture that compresses and moves about as a video does: a camera goes over a smooth, slightly noisy texture, and a square of it goes another way.
/// </summary>
internal sealed class MovingPicture
{
    private const int Step = 8;

    private readonly FrameSize _size;
    private readonly int _textureWidth;
    private readonly int _textureHeight;
    private readonly byte[] _texture;
    private readonly int _square;

    public MovingPicture(FrameSize size, int seed)
    {
        _size = size;
        _square = Math.Min(size.Height, size.Width) / 4;
        _textureWidth = 2 * size.Width;
        _textureHeight = 2 * size.Height;
        _texture = DrawTexture(new Random(seed));
    }

    /// <summary>Frames 0 to <paramref name="frames"/> - 1: RGB, <c>T x H x W x 3</c>.</summary>
    public byte[] Draw(int frames)
    {
        int frameBytes = _size.Height * _size.Width * 3;
        var rgb = new byte[frames * frameBytes];
        for (int t = 0; t < frames; t++)
        {
            Span<byte> frame = rgb.AsSpan(t * frameBytes, frameBytes);
            Copy(frame, 0, 0, _size, Swing(2 * t, _size.Width), Swing(t, _size.Height));
            int x = Swing(3 * t, _size.Width - _square);
            int y = Swing(2 * t, _size.Height - _square);
            Copy(frame, x, y, _square, _size.Width / 2, _size.Height / 2);
        }

        return rgb;
    }

    // 0 up to limit and back.
    private static int Swing(int value, int limit) => Math.Abs((value + limit) % (2 * limit) - limit);

    private void Copy(Span<byte> frame, int toX, int toY, FrameSize size, int fromX, int fromY)
    {
        for (int row = 0; row < size.Height; row++)
        {
            _texture.AsSpan(((fromY + row) * _textureWidth + fromX) * 3, size.Width * 3).CopyTo(frame[(((toY + row) * _size.Width + toX) * 3)..]);
        }
    }

    // Random levels every 8 pixels, bilinear between them, and noise of three levels.
    private byte[] DrawTexture(Random random)
    {
        int columns = _textureWidth / Step + 2;
        var levels = new int[(_textureHeight / Step + 2) * columns * 3];
        for (int i = 0; i < levels.Length; i++)
        {
            levels[i] = random.Next(20, 230);
        }

        var texture = new byte[_textureHeight * _textureWidth * 3];
        int at = 0;
        for (int y = 0; y < _textureHeight; y++)
        {
            for (int x = 0; x < _textureWidth; x++)
            {
                for (int channel = 0; channel < 3; channel++)
                {
                    int corner = (y / Step * columns + x / Step) * 3 + channel;
                    int upper = levels[corner] * (Step - x % Step) + levels[corner + 3] * (x % Step);
                    int lower = levels[corner + columns * 3] * (Step - x % Step) + levels[corner + columns * 3 + 3] * (x % Step);
                    texture[at++] = (byte)((upper * (Step - y % Step) + lower * (y % Step)) / (Step * Step) + random.Next(3));
                }
            }
        }

        return texture;
    }
}
