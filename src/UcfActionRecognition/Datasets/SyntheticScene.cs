namespace UcfActionRecognition;

/// <summary>
/// One synthetic video: a shape over a shaded background. Colours, size and place belong to the group, so the clips of a group look alike;
/// speed and noise belong to the clip. Only additions, multiplications and square roots, which give the same bytes on every machine.
/// </summary>
internal sealed class SyntheticScene
{
    private readonly string _class;
    private readonly FrameSize _size;
    private readonly ClipRandom _clipRandom;
    private readonly int _frames;
    private readonly double[] _top = new double[3];
    private readonly double[] _bottom = new double[3];
    private readonly double[] _shape = new double[3];
    private readonly double _centreX;
    private readonly double _centreY;
    private readonly double _radius;

    public SyntheticScene(string className, SyntheticActionsOptions options, int group, int clip)
    {
        _class = className;
        _size = options.FrameSize;

        // Both classes of a pair draw from streams of their own: the scenes are of one kind, never copies of each other.
        int label = SyntheticActions.Classes.ToList().IndexOf(className);
        var look = new ClipRandom(options.Seed, label, group, 0);
        for (int channel = 0; channel < 3; channel++)
        {
            _top[channel] = 20 + 90 * look.NextDouble();
            _bottom[channel] = 20 + 90 * look.NextDouble();
            _shape[channel] = 150 + 105 * look.NextDouble();
        }

        _centreX = 0.35 + 0.3 * look.NextDouble();
        _centreY = 0.4 + 0.2 * look.NextDouble();
        _radius = 0.16 + 0.08 * look.NextDouble();
        _clipRandom = new ClipRandom(options.Seed, label, group, clip);
        _frames = _clipRandom.Next(options.MinFrames, options.MaxFrames);
    }

    /// <summary>All frames: RGB, <c>T x H x W x 3</c>.</summary>
    public byte[] Draw()
    {
        int frameBytes = _size.Height * _size.Width * 3;
        var rgb = new byte[_frames * frameBytes];
        for (int frame = 0; frame < _frames; frame++)
        {
            double time = (double)frame / (_frames - 1);
            DrawFrame(PoseAt(time), rgb.AsSpan(frame * frameBytes, frameBytes));
        }

        return rgb;
    }

    private Pose PoseAt(double time) => _class switch
    {
        "CircleAppear" => new Pose(Shape.Circle, _centreY, _radius, time),
        "CircleVanish" => new Pose(Shape.Circle, _centreY, _radius, 1 - time),
        "SquareGrow" => new Pose(Shape.Square, _centreY, _radius * (0.3 + 1.2 * time), 1),
        "SquareShrink" => new Pose(Shape.Square, _centreY, _radius * (0.3 + 1.2 * (1 - time)), 1),
        "TriangleRise" => new Pose(Shape.Triangle, 0.8 - 0.6 * time, _radius, 1),
        "TriangleFall" => new Pose(Shape.Triangle, 0.8 - 0.6 * (1 - time), _radius, 1),
        "CrossBlink" => new Pose(Shape.Cross, _centreY, _radius, (int)(time * 8) % 2 == 0 ? 1 : 0.35),
        "RingStill" => new Pose(Shape.Ring, _centreY, _radius, 1),
        _ => throw new InvalidOperationException($"'{_class}' has no scene."),
    };

    private void DrawFrame(Pose pose, Span<byte> rgb)
    {
        int at = 0;
        for (int y = 0; y < _size.Height; y++)
        {
            double v = (y + 0.5) / _size.Height;
            for (int x = 0; x < _size.Width; x++)
            {
                double u = (x + 0.5) / _size.Width;
                double cover = Cover(pose, u - _centreX, v - pose.CentreY) * pose.Opacity;
                double noise = 12 * _clipRandom.NextDouble() - 6;
                for (int channel = 0; channel < 3; channel++)
                {
                    double background = _top[channel] + (_bottom[channel] - _top[channel]) * v;
                    rgb[at++] = (byte)Math.Clamp(background + (_shape[channel] - background) * cover + noise, 0, 255);
                }
            }
        }
    }

    // 1 inside the shape, 0 outside, and in between over about a pixel of a 64-pixel frame.
    private static double Cover(Pose pose, double dx, double dy) => Math.Clamp(0.5 - SignedDistance(pose, dx, dy) * 64, 0, 1);

    private static double SignedDistance(Pose pose, double dx, double dy)
    {
        double r = pose.Radius;
        double distance = Math.Sqrt(dx * dx + dy * dy);
        return pose.Shape switch
        {
            Shape.Circle => distance - r,
            Shape.Ring => Math.Abs(distance - r) - 0.3 * r,
            Shape.Square => Math.Max(Math.Abs(dx), Math.Abs(dy)) - r,
            Shape.Triangle => Math.Max(dy - 0.7 * r, Math.Abs(dx) - 0.6 * (dy + r)),
            Shape.Cross => Math.Max(Math.Min(Math.Abs(dx), Math.Abs(dy)) - 0.25 * r, Math.Max(Math.Abs(dx), Math.Abs(dy)) - r),
            _ => throw new InvalidOperationException($"{pose.Shape} has no outline."),
        };
    }

    private enum Shape
    {
        Circle,
        Ring,
        Square,
        Triangle,
        Cross,
    }

    private readonly record struct Pose(Shape Shape, double CentreY, double Radius, double Opacity);
}
