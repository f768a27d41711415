;; Kernels of training over rows of 128 f32 components (512 bytes). All pointers are byte offsets into the memory.
(module
  (memory (export "memory") 1)

  ;; out = sum over `count` items of weight (f32 at `weights`) x row (byte offset, u32 at `offsets`).
  (func (export "gather") (param $offsets i32) (param $weights i32) (param $count i32) (param $out i32)
    (local $d i32) (local $i i32) (local $end i32) (local $row i32) (local $w v128)
    (local $s0 v128) (local $s1 v128) (local $s2 v128) (local $s3 v128)
    (local $s4 v128) (local $s5 v128) (local $s6 v128) (local $s7 v128)
    (local.set $end (i32.shl (local.get $count) (i32.const 2)))
    (loop $block
      (local.set $s0 (v128.const f32x4 0 0 0 0))
      (local.set $s1 (v128.const f32x4 0 0 0 0))
      (local.set $s2 (v128.const f32x4 0 0 0 0))
      (local.set $s3 (v128.const f32x4 0 0 0 0))
      (local.set $s4 (v128.const f32x4 0 0 0 0))
      (local.set $s5 (v128.const f32x4 0 0 0 0))
      (local.set $s6 (v128.const f32x4 0 0 0 0))
      (local.set $s7 (v128.const f32x4 0 0 0 0))
      (local.set $i (i32.const 0))
      (block $summed
        (loop $item
          (br_if $summed (i32.ge_u (local.get $i) (local.get $end)))
          (local.set $w (v128.load32_splat (i32.add (local.get $weights) (local.get $i))))
          (local.set $row (i32.add (i32.load (i32.add (local.get $offsets) (local.get $i))) (local.get $d)))
          (local.set $s0 (f32x4.add (local.get $s0) (f32x4.mul (local.get $w) (v128.load (local.get $row)))))
          (local.set $s1 (f32x4.add (local.get $s1) (f32x4.mul (local.get $w) (v128.load offset=16 (local.get $row)))))
          (local.set $s2 (f32x4.add (local.get $s2) (f32x4.mul (local.get $w) (v128.load offset=32 (local.get $row)))))
          (local.set $s3 (f32x4.add (local.get $s3) (f32x4.mul (local.get $w) (v128.load offset=48 (local.get $row)))))
          (local.set $s4 (f32x4.add (local.get $s4) (f32x4.mul (local.get $w) (v128.load offset=64 (local.get $row)))))
          (local.set $s5 (f32x4.add (local.get $s5) (f32x4.mul (local.get $w) (v128.load offset=80 (local.get $row)))))
          (local.set $s6 (f32x4.add (local.get $s6) (f32x4.mul (local.get $w) (v128.load offset=96 (local.get $row)))))
          (local.set $s7 (f32x4.add (local.get $s7) (f32x4.mul (local.get $w) (v128.load offset=112 (local.get $row)))))
          (local.set $i (i32.add (local.get $i) (i32.const 4)))
          (br $item)))
      (v128.store (local.get $out) (local.get $s0))
      (v128.store offset=16 (local.get $out) (local.get $s1))
      (v128.store offset=32 (local.get $out) (local.get $s2))
      (v128.store offset=48 (local.get $out) (local.get $s3))
      (v128.store offset=64 (local.get $out) (local.get $s4))
      (v128.store offset=80 (local.get $out) (local.get $s5))
      (v128.store offset=96 (local.get $out) (local.get $s6))
      (v128.store offset=112 (local.get $out) (local.get $s7))
      (local.set $out (i32.add (local.get $out) (i32.const 128)))
      (local.set $d (i32.add (local.get $d) (i32.const 128)))
      (br_if $block (i32.lt_u (local.get $d) (i32.const 512)))))

  ;; Each of `count` rows (byte offset, u32 at `offsets`) += weight (f32 at `weights`) x vector.
  (func (export "scatter") (param $offsets i32) (param $weights i32) (param $count i32) (param $vector i32)
    (local $d i32) (local $i i32) (local $end i32) (local $row i32) (local $w v128)
    (local.set $end (i32.shl (local.get $count) (i32.const 2)))
    (block $done
      (loop $item
        (br_if $done (i32.ge_u (local.get $i) (local.get $end)))
        (local.set $w (v128.load32_splat (i32.add (local.get $weights) (local.get $i))))
        (local.set $row (i32.load (i32.add (local.get $offsets) (local.get $i))))
        (local.set $d (i32.const 0))
        (loop $component
          (v128.store (i32.add (local.get $row) (local.get $d)) (f32x4.add
            (v128.load (i32.add (local.get $row) (local.get $d)))
            (f32x4.mul (local.get $w) (v128.load (i32.add (local.get $vector) (local.get $d))))))
          (local.set $d (i32.add (local.get $d) (i32.const 16)))
          (br_if $component (i32.lt_u (local.get $d) (i32.const 512))))
        (local.set $i (i32.add (local.get $i) (i32.const 4)))
        (br $item))))

  ;; out[j] = dot product of `vector` and row j of `count` adjacent rows at `rows`; `count` is a multiple of 4.
  (func (export "dots") (param $vector i32) (param $rows i32) (param $count i32) (param $out i32)
    (local $d i32) (local $row i32) (local $a v128)
    (local $s0 v128) (local $s1 v128) (local $s2 v128) (local $s3 v128)
    (loop $four
      (local.set $s0 (v128.const f32x4 0 0 0 0))
      (local.set $s1 (v128.const f32x4 0 0 0 0))
      (local.set $s2 (v128.const f32x4 0 0 0 0))
      (local.set $s3 (v128.const f32x4 0 0 0 0))
      (local.set $d (i32.const 0))
      (loop $component
        (local.set $a (v128.load (i32.add (local.get $vector) (local.get $d))))
        (local.set $row (i32.add (local.get $rows) (local.get $d)))
        (local.set $s0 (f32x4.add (local.get $s0) (f32x4.mul (local.get $a) (v128.load (local.get $row)))))
        (local.set $s1 (f32x4.add (local.get $s1) (f32x4.mul (local.get $a) (v128.load offset=512 (local.get $row)))))
        (local.set $s2 (f32x4.add (local.get $s2) (f32x4.mul (local.get $a) (v128.load offset=1024 (local.get $row)))))
        (local.set $s3 (f32x4.add (local.get $s3) (f32x4.mul (local.get $a) (v128.load offset=1536 (local.get $row)))))
        (local.set $d (i32.add (local.get $d) (i32.const 16)))
        (br_if $component (i32.lt_u (local.get $d) (i32.const 512))))
      (f32.store (local.get $out) (call $sum (local.get $s0)))
      (f32.store offset=4 (local.get $out) (call $sum (local.get $s1)))
      (f32.store offset=8 (local.get $out) (call $sum (local.get $s2)))
      (f32.store offset=12 (local.get $out) (call $sum (local.get $s3)))
      (local.set $out (i32.add (local.get $out) (i32.const 16)))
      (local.set $rows (i32.add (local.get $rows) (i32.const 2048)))
      (local.set $count (i32.sub (local.get $count) (i32.const 4)))
      (br_if $four (local.get $count))))

  (func $sum (param $x v128) (result f32)
    (f32.add
      (f32.add (f32x4.extract_lane 0 (local.get $x)) (f32x4.extract_lane 1 (local.get $x)))
      (f32.add (f32x4.extract_lane 2 (local.get $x)) (f32x4.extract_lane 3 (local.get $x)))))

  ;; One step of Adagrad for each of `count` rows, whose offsets (u32) from the three tables stand at `offsets`:
  ;; squares += gradient^2, row -= rate x gradient / sqrt(squares); the gradient is 0 afterwards.
  (func (export "adagrad")
    (param $offsets i32) (param $count i32) (param $rows i32) (param $squares i32) (param $gradients i32) (param $rate f32)
    (local $i i32) (local $at i32) (local $end i32) (local $g v128) (local $q v128) (local $r v128)
    (local.set $r (f32x4.splat (local.get $rate)))
    (block $done
      (loop $item
        (br_if $done (i32.ge_u (local.get $i) (i32.shl (local.get $count) (i32.const 2))))
        (local.set $at (i32.load (i32.add (local.get $offsets) (local.get $i))))
        (local.set $end (i32.add (local.get $at) (i32.const 512)))
        (loop $component
          (local.set $g (v128.load (i32.add (local.get $gradients) (local.get $at))))
          (local.set $q (f32x4.add
            (v128.load (i32.add (local.get $squares) (local.get $at)))
            (f32x4.mul (local.get $g) (local.get $g))))
          (v128.store (i32.add (local.get $squares) (local.get $at)) (local.get $q))
          (v128.store (i32.add (local.get $rows) (local.get $at)) (f32x4.sub
            (v128.load (i32.add (local.get $rows) (local.get $at)))
            (f32x4.div
              (f32x4.mul (local.get $r) (local.get $g))
              (f32x4.add (f32x4.sqrt (local.get $q)) (v128.const f32x4 1e-8 1e-8 1e-8 1e-8)))))
          (v128.store (i32.add (local.get $gradients) (local.get $at)) (v128.const f32x4 0 0 0 0))
          (local.set $at (i32.add (local.get $at) (i32.const 16)))
          (br_if $component (i32.lt_u (local.get $at) (local.get $end))))
        (local.set $i (i32.add (local.get $i) (i32.const 4)))
        (br $item)))))
