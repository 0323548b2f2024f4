package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
)

func emitConstants(){}
func (t target) vectors() {}
func (t target) activations() {}
func (t target) reductions() {}
func (t target) gates() {}
func (t target) optimizers() {}
var _ Op
var _ = GP64
