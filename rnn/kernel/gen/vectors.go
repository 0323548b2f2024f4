package main

import . "github.com/mmcloughlin/avo/build"

// vectors writes the arithmetic of package kernel's vector.go.
func (t target) vectors() {
	t.function("axpy", "(y []float32, alpha float32, x []float32)", "is Axpy.")
	alpha := t.scalar("alpha")
	l := t.newLoop("y", "x", "y")
	l.each(func() { l.put(t.fma(l.next("x"), alpha, l.next("y")), "y") })
	leave()

	t.function("add", "(dst, a, b []float32)", "is Add.")
	l = t.newLoop("dst", "a", "b", "dst")
	l.each(func() { l.put(t.add(l.next("a"), l.next("b")), "dst") })
	leave()

	t.function("scale", "(x []float32, alpha float32)", "is Scale.")
	alpha = t.scalar("alpha")
	l = t.newLoop("x", "x")
	l.each(func() { l.put(t.mul(l.next("x"), alpha), "x") })
	leave()
}

// activations writes the activations and their gradients.
func (t target) activations() {
	t.unary("tanh", "is Tanh.", t.tanh)
	t.unary("sigmoid", "is Sigmoid.", t.sigmoid)
	t.unary("relu", "is Relu.", func(x vector) vector { return t.larger(t.zeros(1)[0], x) })
	t.unary("exp", "writes exp(x) for x ≤ 0.", t.exp)

	t.gradient("tanhGrad", "is TanhGrad.", func(dy, y vector) vector { return t.mul(dy, t.tanhSlope(y)) })
	t.gradient("sigmoidGrad", "is SigmoidGrad.", func(dy, y vector) vector { return t.mul(dy, t.sigmoidSlope(y)) })
	t.gradient("reluGrad", "is ReluGrad.", t.clearWhereNotPositive)
}

// unary writes dst = f(x).
func (t target) unary(name, doc string, f func(vector) vector) {
	t.function(name, "(dst, x []float32)", doc)
	l := t.newLoop("dst", "dst", "x")
	l.each(func() { l.put(f(l.next("x")), "dst") })
	leave()
}

// gradient writes dx = f(dy, y).
func (t target) gradient(name, doc string, f func(dy, y vector) vector) {
	t.function(name, "(dx, dy, y []float32)", doc)
	l := t.newLoop("dx", "dx", "dy", "y")
	l.each(func() { l.put(f(l.next("dy"), l.next("y")), "dx") })
	leave()
}

// optimizers writes the updates of package kernel's optimizer.go.
func (t target) optimizers() {
	t.function("sgd", "(w, g []float32, lr, decay float32)", "is SGD with weight decay.")
	lr, decay := t.scalar("lr"), t.scalar("decay")
	l := t.newLoop("w", "w", "g")
	l.each(func() {
		w := l.next("w")
		l.put(t.fnma(t.fma(w, decay, l.next("g")), lr, w), "w")
	})
	leave()

	t.momentum("momentum", "is Momentum.", func(d, v, mu vector) vector { return v })
	t.momentum("nesterov", "is Momentum with Nesterov's.", func(d, v, mu vector) vector { return t.fma(v, mu, d) })
	t.adam()
}

// momentum writes an update along step(d, v, mu), d being the gradient with
// weight decay and v the velocity.
func (t target) momentum(name, doc string, step func(d, v, mu vector) vector) {
	t.function(name, "(w, g, v []float32, lr, decay, mu float32)", doc)
	lr, decay, mu := t.scalar("lr"), t.scalar("decay"), t.scalar("mu")
	l := t.newLoop("w", "w", "g", "v")
	l.each(func() {
		w := l.next("w")
		d := t.fma(w, decay, l.next("g"))
		v := t.fma(l.next("v"), mu, d)
		l.put(v, "v")
		l.put(t.fnma(step(d, v, mu), lr, w), "w")
	})
	leave()
}

func (t target) adam() {
	t.function("adam", "(w, g, m, v []float32, keep, decay, rate1, beta2, rate2, unbias, epsilon, step float32)", "is Adam.")
	keep, decay, rate1 := t.scalar("keep"), t.scalar("decay"), t.scalar("rate1")
	beta2, rate2, unbias := t.scalar("beta2"), t.scalar("rate2"), t.scalar("unbias")
	epsilon, step := t.scalar("epsilon"), t.scalar("step")
	l := t.newLoop("w", "w", "g", "m", "v")
	l.each(func() {
		w, m := l.next("w"), l.next("m")
		d := t.fma(w, decay, l.next("g"))
		m = t.fma(t.sub(d, m), rate1, m)
		l.put(m, "m")
		v := t.fma(t.mul(d, rate2), d, t.mul(l.next("v"), beta2))
		l.put(v, "v")
		root := t.register()
		VSQRTPS(v, root)
		ratio := t.div(m, t.fma(root, unbias, epsilon))
		l.put(t.fnma(ratio, step, t.mul(w, keep)), "w")
	})
	leave()
}
