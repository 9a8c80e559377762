# Writes test/nn/fixtures/*.json: values of torch.nn.functional in float64, with the gradients of sum(output * weights)
# with respect to every float argument (null where PyTorch has none).
# Run once, from the root of the repository:  python scripts/reference/nn.py   (needs torch)
import json
import math
import pathlib

import torch
import torch.nn.functional as F

out = pathlib.Path('test/nn/fixtures')
out.mkdir(parents=True, exist_ok=True)
generator = torch.Generator().manual_seed(20240607)
cases = []


def draw(*shape, scale=1.0):
    x = torch.randn(shape, generator=generator, dtype=torch.float64) * scale
    return torch.round(x * 100) / 100


def number(v):
    return v if not isinstance(v, float) or math.isfinite(v) else str(v).replace('inf', 'Infinity').replace('nan', 'NaN')


def tensor(x):
    dtype = {torch.float64: 'float64', torch.int64: 'int32', torch.bool: 'bool'}[x.dtype]
    values = x.to(torch.int64) if x.dtype == torch.bool else x
    return {'dtype': dtype, 'shape': list(x.shape), 'values': [number(v) for v in values.reshape(-1).tolist()]}


def case(name, call, args, options=None, tensors=None, extra=()):
    """`args` are the tensors that come first, `extra` the plain arguments behind them, `tensors` the tensors among the options."""
    options, tensors = options or {}, tensors or {}
    everything = [*args, *tensors.values()]
    leaves = [x.detach().clone().requires_grad_() if x.dtype.is_floating_point else x for x in everything]
    y = call(*leaves)
    weights = draw(*y.shape)
    wanted = [x for x in leaves if x.requires_grad]
    gradients = torch.autograd.grad((y * weights).sum(), wanted, allow_unused=True)
    cases.append({
        'name': name, 'args': [tensor(x) for x in args], 'extra': list(extra), 'options': options,
        'tensors': {key: tensor(x) for key, x in tensors.items()}, 'value': tensor(y), 'weights': tensor(weights),
        'gradients': [g if g is None else tensor(g) for g in gradients],
    })


def write(name):
    lines = ',\n'.join(json.dumps(c, separators=(',', ':')) for c in cases)
    (out / f'{name}.json').write_text(f'[\n{lines}\n]\n')
    cases.clear()


# ------------------------------------------------------------------------------------------------------- convolution
def convolution(name, x, w, bias=False, transposed=False, **options):
    rank = len(w) - 2
    f = getattr(F, f'conv{"_transpose" if transposed else ""}{rank}d')
    tensors = {'bias': draw(w[1] * options.get('groups', 1) if transposed else w[0])} if bias else {}
    torch_options = {{'outputPadding': 'output_padding'}.get(k, k): v for k, v in options.items()}
    case(name, lambda x, w, b=None: f(x, w, b, **torch_options), [draw(*x), draw(*w)], options, tensors)


convolution('conv1d', (2, 3, 8), (4, 3, 3))
convolution('conv1d', (2, 4, 9), (6, 2, 3), bias=True, stride=2, padding=2, dilation=2, groups=2)
convolution('conv1d', (4, 9), (2, 4, 4), padding='same')
convolution('conv1d', (2, 4, 9), (4, 1, 3), padding='valid', groups=4)
convolution('conv2d', (2, 3, 5, 6), (4, 3, 3, 2), bias=True)
convolution('conv2d', (2, 3, 6, 5), (2, 3, 3, 3), stride=2, padding=1)
convolution('conv2d', (1, 2, 7, 6), (2, 2, 3, 2), padding=[2, 1], stride=[3, 1], dilation=[2, 1])
convolution('conv2d', (2, 2, 5, 4), (3, 2, 2, 3), padding='same', dilation=[1, 2], bias=True)
convolution('conv2d', (1, 4, 4, 4), (8, 1, 3, 3), padding=1, groups=4, bias=True)
convolution('conv2d', (2, 3, 3), (3, 2, 1, 1), stride=2)
convolution('conv3d', (1, 2, 4, 3, 4), (2, 2, 2, 2, 3), bias=True, padding=[1, 0, 1], stride=[2, 1, 2])
convolution('conv3d', (2, 2, 3, 3, 3), (4, 1, 2, 2, 2), groups=2, padding='same')
convolution('convTranspose1d', (2, 3, 5), (3, 2, 3), transposed=True)
convolution('convTranspose1d', (2, 4, 4), (4, 2, 3), bias=True, stride=3, padding=1, outputPadding=2, dilation=2, groups=2,
            transposed=True)
convolution('convTranspose1d', (3, 4), (3, 2, 2), stride=3, outputPadding=2, transposed=True)
convolution('convTranspose2d', (2, 3, 3, 4), (3, 2, 3, 2), bias=True, stride=2, padding=1, outputPadding=1, transposed=True)
convolution('convTranspose2d', (1, 4, 3, 3), (4, 1, 2, 3), groups=4, stride=[1, 2], padding=[0, 2], dilation=[2, 1],
            transposed=True)
convolution('convTranspose3d', (1, 2, 2, 3, 2), (2, 2, 2, 2, 3), bias=True, stride=[2, 1, 2], padding=[1, 0, 1],
            transposed=True)
write('convolution')

# ----------------------------------------------------------------------------------------------------------- pooling
names = {'ceilMode': 'ceil_mode', 'countIncludePad': 'count_include_pad'}


def pool(name, f, x, kernel, **options):
    case(name, lambda x: f(x, kernel, **{names.get(k, k): v for k, v in options.items()}), [x], options, extra=[kernel])


def tied(*shape):
    return torch.randint(-2, 3, shape, generator=generator).to(torch.float64)


pool('maxPool1d', F.max_pool1d, draw(2, 3, 7), 2)
pool('maxPool1d', F.max_pool1d, tied(2, 3, 9), 3, stride=2, padding=1, ceilMode=True)
pool('maxPool2d', F.max_pool2d, draw(2, 2, 5, 6), 2)
pool('maxPool2d', F.max_pool2d, draw(1, 2, 7, 6), [3, 2], stride=[2, 1], padding=[1, 1], dilation=[2, 1])
pool('maxPool2d', F.max_pool2d, tied(2, 2, 6, 6), 3, stride=2, ceilMode=True)
pool('maxPool2d', F.max_pool2d, -draw(2, 4, 4).abs() - 1, 3, stride=1, padding=1)
pool('maxPool3d', F.max_pool3d, draw(1, 2, 4, 4, 3), 2, stride=1)
pool('avgPool1d', F.avg_pool1d, draw(2, 3, 7), 2)
pool('avgPool1d', F.avg_pool1d, draw(3, 8), 3, stride=2, padding=1, ceilMode=True, countIncludePad=False)
pool('avgPool2d', F.avg_pool2d, draw(2, 2, 5, 6), 2)
pool('avgPool2d', F.avg_pool2d, draw(1, 2, 6, 5), [3, 2], stride=2, padding=1)
pool('avgPool2d', F.avg_pool2d, draw(1, 2, 6, 6), 3, stride=2, padding=1, ceilMode=True)
pool('avgPool2d', F.avg_pool2d, draw(1, 2, 7, 6), 4, stride=3, padding=2, ceilMode=True, countIncludePad=False)
pool('avgPool3d', F.avg_pool3d, draw(1, 1, 4, 4, 3), 2)
pool('adaptiveAvgPool1d', F.adaptive_avg_pool1d, draw(2, 3, 7), 3)
pool('adaptiveAvgPool2d', F.adaptive_avg_pool2d, draw(2, 2, 6, 4), [3, 2])
pool('adaptiveAvgPool2d', F.adaptive_avg_pool2d, draw(1, 2, 5, 7), [4, 3])
pool('adaptiveAvgPool2d', F.adaptive_avg_pool2d, draw(2, 3, 4), 5)
write('pooling')

# ----------------------------------------------------------------------------------------------------- normalization
affine = lambda n: {'weight': draw(n), 'bias': draw(n)}
case('layerNorm', lambda x: F.layer_norm(x, [4]), [draw(3, 4)], extra=[[4]])
case('layerNorm', lambda x, w, b: F.layer_norm(x, [3, 4], w, b, 1e-3), [draw(2, 3, 4)], {'eps': 1e-3},
     {'weight': draw(3, 4), 'bias': draw(3, 4)}, [[3, 4]])
case('layerNorm', lambda x: F.layer_norm(x, [3]), [torch.full((2, 3), 1e6, dtype=torch.float64)], extra=[[3]])
case('rmsNorm', lambda x, w: F.rms_norm(x, [4], w, 1e-6), [draw(3, 4)], {'eps': 1e-6}, {'weight': draw(4)}, [[4]])
case('rmsNorm', lambda x: F.rms_norm(x, [2, 3]), [draw(3, 2, 3)], extra=[[2, 3]])
case('groupNorm', lambda x, w, b: F.group_norm(x, 3, w, b), [draw(2, 6, 2, 2)], {}, affine(6), [3])
case('groupNorm', lambda x: F.group_norm(x, 1, eps=1e-2), [draw(2, 4)], {'eps': 1e-2}, extra=[1])
case('instanceNorm', lambda x, w, b: F.instance_norm(x, weight=w, bias=b), [draw(2, 3, 4)], {}, affine(3))
case('instanceNorm', lambda x: F.instance_norm(x), [draw(2, 2, 3, 3)])


def batch_norm(x, training, **options):
    n = x.shape[1]
    mean, variance = draw(n), draw(n).abs() + 0.5
    tensors = {'runningMean': mean, 'runningVar': variance, **affine(n)}
    case('batchNorm', lambda x, m, v, w, b: F.batch_norm(x, m.detach().clone(), v.detach().clone(), w, b, training,
                                                         **options),
         [x], {'training': training, **options}, tensors)
    after = [mean.clone(), variance.clone()]
    F.batch_norm(x, *after, training=training, **options)
    cases[-1]['running'] = [tensor(v) for v in after]


batch_norm(draw(4, 3), True)
batch_norm(draw(2, 3, 2, 3), True, momentum=0.3, eps=1e-3)
batch_norm(draw(3, 2, 4), False)
for p in [2, 1, 3]:
    case('normalize', lambda x: F.normalize(x, p=p, dim=1), [draw(3, 4)], {'p': p, 'axis': 1})
case('normalize', lambda x: F.normalize(x, p=math.inf, dim=0), [draw(3, 4)], {'p': 'Infinity', 'axis': 0})
case('cosineSimilarity', lambda a, b: F.cosine_similarity(a, b), [draw(3, 4), draw(3, 4)])
case('cosineSimilarity', lambda a, b: F.cosine_similarity(a, b, dim=-1, eps=0.5), [draw(2, 3, 4), draw(3, 4) * 0.01],
     {'axis': -1, 'eps': 0.5})
# Below eps PyTorch differentiates the norm although its value there is the constant eps: the value only.
cases[-1]['gradients'] = [None, None]
case('glu', lambda x: F.glu(x), [draw(3, 6)])
case('glu', lambda x: F.glu(x, dim=0), [draw(4, 2)], extra=[0])
write('normalization')

# ------------------------------------------------------------------------------------------------------------ losses
for reduction in ['mean', 'sum', 'none']:
    case('mse', lambda a, b: F.mse_loss(a, b, reduction=reduction), [draw(3, 4), draw(3, 4)], {'reduction': reduction})
case('l1', lambda a, b: F.l1_loss(a, b), [draw(3, 4), draw(3, 4)])
case('huber', lambda a, b: F.huber_loss(a, b, delta=0.7), [draw(3, 4), draw(3, 4)], {'delta': 0.7})
case('huber', lambda a, b: F.huber_loss(a, b, reduction='none'), [draw(8, scale=3), draw(8)], {'reduction': 'none'})
case('smoothL1', lambda a, b: F.smooth_l1_loss(a, b, beta=0.5), [draw(3, 4), draw(3, 4)], {'beta': 0.5})
case('smoothL1', lambda a, b: F.smooth_l1_loss(a, b, beta=0.0), [draw(3, 4), draw(3, 4)], {'beta': 0})


def classes(count, *shape):
    return torch.randint(0, count, shape, generator=generator)


def cross_entropy(logits, target, weight=None, **options):
    tensors = {} if weight is None else {'weight': weight}
    torch_names = {'labelSmoothing': 'label_smoothing', 'ignoreIndex': 'ignore_index'}
    kwargs = {torch_names.get(k, k): v for k, v in options.items()}
    case('crossEntropy', lambda x, t, w=None: F.cross_entropy(x, t, None if w is None else w.detach(), **kwargs),
         [logits, target], options, tensors)


def with_ignored(target, value):
    target.reshape(-1)[1] = value
    return target


cross_entropy(draw(4, 3), classes(3, 4))
cross_entropy(draw(3), classes(3))
cross_entropy(draw(4, 3, scale=300), classes(3, 4), reduction='none')
cross_entropy(draw(5, 3), with_ignored(classes(3, 5), -100), reduction='sum')
cross_entropy(draw(5, 3), with_ignored(classes(3, 5), 1), ignoreIndex=1, weight=draw(3).abs())
cross_entropy(draw(5, 3), with_ignored(classes(3, 5), -100), labelSmoothing=0.2, weight=draw(3).abs())
cross_entropy(draw(5, 3), with_ignored(classes(3, 5), -100), labelSmoothing=0.2, reduction='none')
cross_entropy(draw(2, 3, 2, 2), with_ignored(classes(3, 2, 2, 2), -100), weight=draw(3).abs())
cross_entropy(draw(2, 3, 4), classes(3, 2, 4), labelSmoothing=0.1)
probabilities = lambda *shape: torch.softmax(draw(*shape), 1)
cross_entropy(draw(4, 3), probabilities(4, 3))
cross_entropy(draw(4, 3), probabilities(4, 3), labelSmoothing=0.3, weight=draw(3).abs(), reduction='none')
cross_entropy(draw(2, 3, 4), probabilities(2, 3, 4), labelSmoothing=0.1)
cross_entropy(draw(2, 3, 4), probabilities(2, 3, 4), reduction='sum')
log_probabilities = lambda *shape: torch.log_softmax(draw(*shape), 1)
case('nll', lambda x, t: F.nll_loss(x, t), [log_probabilities(4, 3), with_ignored(classes(3, 4), -100)])
case('nll', lambda x, t, w: F.nll_loss(x, t, w.detach(), reduction='none'), [log_probabilities(2, 3, 4), classes(3, 2, 4)],
     {'reduction': 'none'}, {'weight': draw(3).abs()})
case('bce', lambda x, t: F.binary_cross_entropy(x, t), [torch.sigmoid(draw(3, 4)), torch.sigmoid(draw(3, 4))])
case('bce', lambda x, t, w: F.binary_cross_entropy(x, t, w.detach(), reduction='sum'),
     [torch.sigmoid(draw(6)), classes(2, 6).to(torch.float64)], {'reduction': 'sum'}, {'weight': draw(6).abs()})
case('bceWithLogits', lambda x, t: F.binary_cross_entropy_with_logits(x, t), [draw(3, 4), torch.sigmoid(draw(3, 4))])
case('bceWithLogits', lambda x, t, w, p: F.binary_cross_entropy_with_logits(x, t, w.detach(), pos_weight=p.detach(),
                                                                            reduction='none'),
     [draw(3, 4, scale=300), classes(2, 3, 4).to(torch.float64)], {'reduction': 'none'},
     {'weight': draw(3, 1).abs(), 'posWeight': draw(4).abs()})
for reduction in ['mean', 'sum', 'none', 'batchmean']:
    case('klDiv', lambda x, t: F.kl_div(x, t, reduction=reduction), [log_probabilities(3, 4), probabilities(3, 4)],
         {'reduction': reduction})
case('klDiv', lambda x, t: F.kl_div(x, t, reduction='batchmean', log_target=True),
     [log_probabilities(3, 4), log_probabilities(3, 4)], {'reduction': 'batchmean', 'logTarget': True})
write('losses')

# --------------------------------------------------------------------------------------------- layers and attention
case('linear', lambda x, w, b: F.linear(x, w, b), [draw(2, 3, 4), draw(5, 4)], {}, {'bias': draw(5)})
case('linear', lambda x, w: F.linear(x, w), [draw(4), draw(5, 4)])
case('embedding', lambda i, w: F.embedding(i, w), [classes(5, 2, 3), draw(5, 4)])
case('embedding', lambda i, w: F.embedding(i, w, padding_idx=2), [with_ignored(classes(5, 2, 3), 2), draw(5, 4)],
     {'paddingIdx': 2})
attend = F.scaled_dot_product_attention
qkv = lambda *lead, q=3, k=4: [draw(*lead, q, 5), draw(*lead, k, 5), draw(*lead, k, 2)]
case('attention', lambda q, k, v: attend(q, k, v), qkv())
case('attention', lambda q, k, v: attend(q, k, v, is_causal=True, scale=0.3), qkv(2, 2, k=3), {'causal': True, 'scale': 0.3})
mask = torch.tensor([[1, 0, 1, 1], [0, 0, 0, 0], [1, 1, 0, 0]], dtype=torch.bool)
case('attention', lambda q, k, v, m: attend(q, k, v, m), qkv(2), {}, {'mask': mask})
case('attention', lambda q, k, v, m: attend(q, k, v, m), qkv(2, 2), {}, {'mask': draw(3, 4)})
case('attention', lambda q, k, v, m: attend(q, k, v, m.detach()), qkv(),
     {}, {'mask': torch.where(mask, draw(3, 4), -math.inf)})
write('attention')


# --------------------------------------------------------------------------------------------------- recurrent cells
def cell(name, module, states):
    x = draw(2, 3)
    state = [draw(2, 4) for _ in range(states)]
    keys = ['weight_ih', 'weight_hh', 'bias_ih', 'bias_hh']
    params = [p.detach() for p in (getattr(module, key) for key in keys)]
    leaves = [v.detach().clone().requires_grad_() for v in [*params, *state, x]]
    given = dict(zip(keys, leaves))
    hidden = leaves[4] if states == 1 else tuple(leaves[4:6])
    y = torch.func.functional_call(module, given, (leaves[-1], hidden))
    y = torch.stack(y) if states == 2 else y
    weights = draw(*y.shape)
    gradients = torch.autograd.grad((y * weights).sum(), leaves)
    cases.append({'name': name, 'args': [tensor(v) for v in leaves], 'extra': [], 'options': {}, 'tensors': {},
                  'value': tensor(y), 'weights': tensor(weights), 'gradients': [tensor(g) for g in gradients]})


torch.manual_seed(3)
cell('rnnCell', torch.nn.RNNCell(3, 4, dtype=torch.float64), 1)
cell('lstmCell', torch.nn.LSTMCell(3, 4, dtype=torch.float64), 2)
cell('gruCell', torch.nn.GRUCell(3, 4, dtype=torch.float64), 1)
attention = torch.nn.MultiheadAttention(6, 2, batch_first=True, dtype=torch.float64)
params = {k: v.detach() for k, v in attention.state_dict().items()}
params['in_proj_bias'], params['out_proj.bias'] = draw(18), draw(6)
x = draw(2, 3, 6)
leaves = {k: v.clone().requires_grad_() for k, v in params.items()}
x_leaf = x.clone().requires_grad_()
y, _ = torch.func.functional_call(attention, leaves, (x_leaf, x_leaf, x_leaf), {'need_weights': False})
weights = draw(*y.shape)
wanted = [*leaves.values(), x_leaf]
cases.append({'name': 'multiHeadAttention', 'args': [tensor(v) for v in wanted], 'extra': [list(leaves)], 'options': {},
              'tensors': {}, 'value': tensor(y), 'weights': tensor(weights),
              'gradients': [tensor(g) for g in torch.autograd.grad((y * weights).sum(), wanted)]})
write('layers')
